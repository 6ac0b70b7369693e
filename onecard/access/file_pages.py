"""Pages of files that finance or its bank takes in a site's own columns (kernel/site_files.py)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from onecard.access.pages import DeedAdmin
from onecard.access.types import Actor
from onecard.kernel.env import SettingProblem
from onecard.kernel.site_files import SiteFile, as_download


class SiteFileAdmin(DeedAdmin):
    """Rows that are files: taken as CSV or Excel by who may. `fetching` is the name of the action that `fetch` calls.

    `file_name` is what a browser saves it as, with the row's id.
    """

    fetching: ClassVar[str]
    file_name: ClassVar[str]
    change_form_outer_before_template = "onecard/site_file.html"

    def fetch(self, actor: Actor, file_id: int) -> SiteFile:
        """The file as the action gives it."""
        raise NotImplementedError

    def more_urls(self) -> list[URLPattern]:
        """The deeds, and the file as finance takes it."""
        wrap, name = self.admin_site.admin_view, f"{self.opts.app_label}_{self.opts.model_name}"
        return [
            *super().more_urls(),
            *(
                path(f"<int:object_id>/{kind}/", wrap(self.fetch_view), {"kind": kind}, name=f"{name}_{kind}")
                for kind in ("csv", "excel")
            ),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The detail page, with buttons to take the file for who may."""
        may_fetch = request.user.has_perm(self.fetching)
        return super().changeform_view(request, object_id, form_url, {"may_fetch": may_fetch, **(extra_context or {})})

    def fetch_view(self, request: HttpRequest, object_id: int, kind: str) -> HttpResponse:
        """The file with account numbers in full; the audit log says who took it."""
        if not request.user.has_perm(self.fetching):
            raise PermissionDenied
        if not self.model._default_manager.filter(pk=object_id).exists():
            raise Http404
        try:
            file = self.fetch(Actor.of(request.user), object_id)  # type: ignore[arg-type]
        except SettingProblem as problem:
            messages.error(request, str(problem))
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", object_id)
        return as_download(file, name=f"{self.file_name}-{object_id}", kind=kind)
