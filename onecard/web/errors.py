"""Pages for what goes wrong: not permitted, not there. In the site's own look for operators, plain for strangers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _


def not_permitted(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the operator's posts do not include it."""
    return _page(
        request, title=_("Not permitted"), text=_("Your posts do not include this. The attempt may be recorded."), status=403
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or no such row."""
    return _page(request, title=_("Not found"), text=_("There is no such page, or what it was about is not there."), status=404)


def _page(request: HttpRequest, *, title: str, text: str, status: int) -> HttpResponse:
    context: dict[str, Any] = {**admin.site.each_context(request), "title": title, "text": text}
    return TemplateResponse(request, "onecard/error.html", context, status=status).render()
