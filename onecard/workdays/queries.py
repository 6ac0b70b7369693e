"""Typed reads: does the campus work on a day, which is the next working day, when is something due."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from onecard.kernel import clock
from onecard.workdays import rules
from onecard.workdays.models import CampusDay, OfficialDay
from onecard.workdays.types import DayOff, Holiday

_WORDS = dict(Holiday.choices)


def known_days(first: date, last: date) -> dict[date, DayOff]:
    """What state and campus say of the days of this span, both included; the campus's newest word goes before the state's."""
    span = {"date__gte": first, "date__lte": last}
    found = {
        row.date: DayOff(row.date, row.is_workday, str(_WORDS.get(row.holiday, row.holiday)), is_own=False)
        for row in OfficialDay.objects.filter(**span)
    }
    for own in CampusDay.objects.filter(**span).order_by("pk"):
        found[own.date] = DayOff(own.date, own.is_workday, own.reason, is_own=True)
    return found


def is_workday(day: date | None = None) -> bool:
    """Whether the campus works on the day (today without one)."""
    asked = day or clock.today()
    return rules.works(asked, known=_known(asked, asked))


def next_workday(after: date | None = None) -> date:
    """The first working day after this one (today without one)."""
    day = after or clock.today()
    return rules.next_workday(day, known=_known(day, day + rules.HORIZON))


def due_at(since: datetime, span: timedelta) -> datetime:
    """When so much working time has passed since that moment; holidays don't count (rules.due_at)."""
    zone = clock.campus_zone()
    first = since.astimezone(zone).date()
    known = _known(first, first + rules.HORIZON)
    return rules.due_at(since, span, zone=zone, works_on=lambda day: rules.works(day, known=known))


def year_without_calendar() -> int | None:
    """This year, or from December on the next one, when its holidays were not entered; None when all is well."""
    year = rules.year_asked_for(clock.today())
    known = _known(date(year, 1, 1), date(year, 12, 31))
    holidays = sum(1 for day, works in known.items() if not works and day.isoweekday() < rules.SATURDAY)
    return None if rules.is_entered(holidays) else year


def _known(first: date, last: date) -> dict[date, bool]:
    return {day: one.is_workday for day, one in known_days(first, last).items()}
