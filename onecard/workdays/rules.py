"""Pure decisions of the calendar: is a day worked on, when is something due, may days be set."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo

from onecard.workdays.types import DaysOutcome

SATURDAY = 6
MOST_DAYS = 62
"""How many days are set at once at most: a summer's holidays."""
MOST_AHEAD = timedelta(days=731)
HORIZON = timedelta(days=400)
"""How far a next working day is looked for."""
LEAST_HOLIDAYS = 7
"""The state's calendar gives each year more holidays from Monday to Friday than this; a year with fewer was not entered."""
ASKED_FROM_MONTH = 12


def works(day: date, *, known: Mapping[date, bool]) -> bool:
    """Whether the day is worked on: what is known of it, else Monday to Friday."""
    return known.get(day, day.isoweekday() < SATURDAY)


def next_workday(after: date, *, known: Mapping[date, bool]) -> date:
    """The first working day after this one; the end of the HORIZON when nobody works until then."""
    day, end = after + timedelta(days=1), after + HORIZON
    while day < end and not works(day, known=known):
        day += timedelta(days=1)
    return day


def due_at(since: datetime, span: timedelta, *, zone: tzinfo, works_on: Callable[[date], bool]) -> datetime:
    """When so much working time has passed: it runs around the clock on working days and stands still on the others."""
    at, left, end = since.astimezone(zone), span, since.astimezone(zone) + HORIZON
    while at < end:
        midnight = datetime.combine(at.date() + timedelta(days=1), time(), zone)
        if works_on(at.date()):
            if left <= midnight - at:
                return at + left
            left -= midnight - at
        at = midnight
    return end


def is_entered(holidays: int) -> bool:
    """Whether a year with so many holidays from Monday to Friday has its calendar."""
    return holidays >= LEAST_HOLIDAYS


def year_asked_for(today: date) -> int:
    """The year whose calendar must be there today: this one, from December on the next."""
    return today.year + 1 if today.month >= ASKED_FROM_MONTH else today.year


@dataclasses.dataclass(frozen=True, slots=True)
class DaysFacts:
    """What a decision on setting days needs to know; `is_so` says that all of them are so by the campus's own word."""

    first: date
    last: date
    today: date
    reason: str
    is_so: bool


def judge_days(facts: DaysFacts) -> DaysOutcome:
    """Whether the campus may set these days; the first line that applies wins."""
    in_order = (
        (not facts.reason.strip(), DaysOutcome.REFUSED_NO_REASON),
        (facts.last < facts.first, DaysOutcome.REFUSED_ORDER),
        ((facts.last - facts.first).days >= MOST_DAYS, DaysOutcome.REFUSED_TOO_MANY),
        (facts.first < facts.today, DaysOutcome.REFUSED_PAST),
        (facts.last > facts.today + MOST_AHEAD, DaysOutcome.REFUSED_TOO_FAR),
        (facts.is_so, DaysOutcome.REPEATED),
    )
    return next((outcome for applies, outcome in in_order if applies), DaysOutcome.DONE)
