"""The staff site: log-in, first page, password, closing the day; the rooms' own pages hang below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.admin.sites import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.sites import UnfoldAdminSite

from onecard.access.actions.export_list import export_list
from onecard.access.models import Operator
from onecard.access.pages import deed_page
from onecard.access.queries import proposals_waiting_for
from onecard.access.types import Actor
from onecard.closing.pages import close_day_page
from onecard.kernel.pages import ReadOnlyAdmin
from onecard.web.password import PASSWORD
from onecard.web.queries import figures_now
from onecard.web.reports import REPORTS, report_page

UNUSED = frozenset({"autocomplete", "view_on_site", "app_list", "search", "password_change_done"})
"""Django's and unfold's own addresses that no page of ours uses; what is not there needs no guard."""
WITH_OLD_PASSWORD = ("password_change", "logout", "jsi18n")
"""All that an operator who must change the password can reach."""


class StaffSite(UnfoldAdminSite):  # type: ignore[misc]  # unfold carries no types
    """The pages of the centre's staff. Who may do what follows from posts; nobody is a superuser."""

    index_title = gettext_lazy("Today")
    index_template = "onecard/index.html"
    final_catch_all_view = False
    enable_nav_sidebar = True

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own read-only pages alone: other apps (Django's groups) would bring pages that write without an action."""
        if admin_class is not None and issubclass(admin_class, ReadOnlyAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's addresses less the unused ones, and ours."""
        kept = [url for url in super().get_urls() if getattr(url, "name", None) not in UNUSED]
        return [
            path("figures/", self.admin_view(self.figures), name="figures"),
            path("close-day/", self.admin_view(self.close_day), name="close_day"),
            *(path(f"reports/{name}/", self.admin_view(self.report), {"name": name}, name=name) for name in REPORTS),
            *kept,
        ]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Empty: the side bar (unfold.py) says what there is, by permission."""
        return []

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:  # noqa: FBT001, FBT002 - Django's signature
        """The view for operators with a post; one who must change the password is sent there first."""

        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            name = request.resolver_match.url_name if request.resolver_match else ""
            if getattr(request.user, "must_change_password", False) and name not in WITH_OLD_PASSWORD:
                return redirect("admin:password_change")
            return view(request, *args, **kwargs)

        guarded: Callable[..., HttpResponse] = AdminSite.admin_view(self, inner, cacheable)
        return guarded

    def note_export(self, request: HttpRequest, taken: str) -> None:
        """Keep in the audit log that this operator takes a list as a file; kernel/pages.py asks for it."""
        export_list(Actor.of(request.user), taken)  # type: ignore[arg-type]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The first page: the day's figures, or what the operator's posts open."""
        request.current_app = self.name
        context = {**self.each_context(request), "title": self.index_title, **self._figures(request), **(extra_context or {})}
        return TemplateResponse(request, self.index_template, context)

    def figures(self, request: HttpRequest) -> TemplateResponse:
        """The figures alone, for the page to refresh itself."""
        if not request.user.has_perm("web.view_dashboard"):
            raise PermissionDenied
        return TemplateResponse(request, "onecard/figures.html", self._figures(request))

    def _figures(self, request: HttpRequest) -> dict[str, Any]:
        user = request.user
        if not user.has_perm("web.view_dashboard"):
            return {"sees_figures": False}
        may = {name: user.has_perm(permission) for name, permission in MAY.items()}
        waiting = proposals_waiting_for(user) if isinstance(user, Operator) and may["proposals"] else 0
        return {"sees_figures": True, "figures": figures_now(), "may": may, "waiting": waiting}

    def close_day(self, request: HttpRequest) -> HttpResponse:
        """日结."""
        if not (request.user.has_perm("closing.close_day") or request.user.has_perm("closing.open_first_day")):
            raise PermissionDenied
        return close_day_page(request, context=self.each_context(request), home=reverse("admin:index"))

    def report(self, request: HttpRequest, name: str) -> HttpResponse:
        """A report on the audit log: a page, or with `as` a file, which is noted."""
        return report_page(request, REPORTS[name], context=self.each_context(request), note=self.note_export)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Change one's own password, by the action."""
        context = {**self.each_context(request), **(extra_context or {})}
        if getattr(request.user, "must_change_password", False):
            context["must"] = _("Your password was set by somebody else: choose your own first.")
        return deed_page(request, PASSWORD, row=None, back=reverse("admin:index"), context=context)


MAY = {
    "close": "closing.close_day",
    "open": "closing.open_first_day",
    "held": "ledger.view_heldrecord",
    "proposals": "access.view_proposal",
    "gaps": "terminals.view_terminalbatch",
    "cards": "cards.view_card",
    "purchases": "purchases.view_purchase",
    "merchants": "merchants.view_merchant",
    "seals": "closing.view_seal",
}
"""What the first page links to, by permission."""
