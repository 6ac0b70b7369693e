"""Where the room's own pages are on the staff site."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from onecard.months.pages import close_month_page, figure_page, import_page, month_page, reconcile_page

PAGES = (
    ("month/", month_page, "month"),
    ("month/close/", close_month_page, "month_close"),
    ("month/figure/", figure_page, "month_figure"),
    ("month/figure/import/", import_page, "month_import"),
    ("month/reconcile/", reconcile_page, "month_reconcile"),
)


def addresses(site: AdminSite) -> list[URLPattern]:
    """The pages, each for operators with a post; what a page needs beyond that it asks itself."""
    return [path(route, site.admin_view(partial(page, site=site)), name=name) for route, page, name in PAGES]
