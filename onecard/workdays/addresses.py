"""Where the calendar is on the staff site."""

from __future__ import annotations

from functools import partial

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from onecard.workdays.pages import calendar_page


def addresses(site: AdminSite) -> list[URLPattern]:
    """The page, for operators with a post; what it needs beyond that it asks itself."""
    return [path("workdays/", site.admin_view(partial(calendar_page, site=site)), name="workdays")]
