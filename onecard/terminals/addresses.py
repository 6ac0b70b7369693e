"""Where the room's own pages are on the staff site."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from onecard.terminals.gap_pages import gaps_page
from onecard.terminals.pages import board_lines_page, board_page, exposure_page

PAGES = (
    ("terminals/board/", board_page, "terminal_board"),
    ("terminals/board/lines/", board_lines_page, "terminal_boardlines"),
    ("terminals/exposure/", exposure_page, "terminal_exposure"),
    ("terminals/gaps/", gaps_page, "terminal_gaps"),
)


def addresses(site: AdminSite) -> list[URLPattern]:
    """The pages, each for operators with a post; what a page needs beyond that it asks itself."""
    return [path(route, site.admin_view(partial(page, site=site)), name=name) for route, page, name in PAGES]
