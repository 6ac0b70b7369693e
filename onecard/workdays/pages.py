"""工作日历: a year at a glance, month by month."""

from __future__ import annotations

import calendar
import dataclasses
from datetime import date

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from onecard.kernel import clock
from onecard.workdays import rules
from onecard.workdays.queries import known_days, year_without_calendar
from onecard.workdays.types import DayOff

SEE, SET = "workdays.view_campusday", "workdays.set_days"
FIRST_YEAR, LAST_YEAR = 2024, 2099


@dataclasses.dataclass(frozen=True, slots=True)
class Cell:
    """A day on the page; `look` is its style, `why` what the calendar says of it."""

    day: date
    look: str
    why: str
    is_today: bool


def calendar_page(request: HttpRequest, *, site: AdminSite) -> HttpResponse:
    """The year asked for (`year`), this one without it."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    year = _year(request.GET.get("year", ""))
    known = known_days(date(year, 1, 1), date(year, 12, 31))
    months = [(date(year, month, 1), _weeks(year, month, known=known)) for month in range(1, 13)]
    context = {
        "title": _("Working days"),
        "year": year,
        "years": [one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        "months": months,
        "weekdays": [str(name).removeprefix("星期") for name in WEEKDAYS_ABBR.values()],
        "missing_year": year_without_calendar(),
        "may_set": request.user.has_perm(SET),
    }
    return TemplateResponse(request, "onecard/workdays.html", {**site.each_context(request), **context})


def _year(text: str) -> int:
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == len("2026") else clock.today().year
    return min(max(asked, FIRST_YEAR), LAST_YEAR)


def _weeks(year: int, month: int, *, known: dict[date, DayOff]) -> list[list[Cell | None]]:
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    return [[_cell(day, known=known) if day.month == month else None for day in week] for week in weeks]


def _cell(day: date, *, known: dict[date, DayOff]) -> Cell:
    said = known.get(day)
    is_worked = rules.works(day, known={day: said.is_workday} if said else {})
    look = "own" if said and said.is_own else ("said" if said else "plain")
    return Cell(day, f"{look}-{'work' if is_worked else 'off'}", said.why if said else "", is_today=day == clock.today())
