"""Where the boards are on the staff site."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from onecard.reports.boards import BOARDS
from onecard.reports.pages import board_page


def addresses(site: AdminSite) -> list[URLPattern]:
    """The boards, each for operators with a post; what a board needs beyond that it asks itself."""
    return [
        path(f"boards/{name}/", site.admin_view(partial(board_page, name=name, site=site)), name=f"report_{name}")
        for name in BOARDS
    ]
