"""Working days, what is due when, and which days may be set: as tables."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from onecard.workdays import rules
from onecard.workdays.types import DaysOutcome

ZONE = ZoneInfo("Asia/Shanghai")
FRIDAY, SATURDAY, SUNDAY, MONDAY = (date(2026, 9, day) for day in (4, 5, 6, 7))


@pytest.mark.parametrize(
    ("day", "known", "works"),
    [
        (FRIDAY, {}, True),
        (SATURDAY, {}, False),
        (FRIDAY, {FRIDAY: False}, False),
        (SATURDAY, {SATURDAY: True}, True),
    ],
)
def test_what_is_known_of_a_day_goes_before_its_weekday(day: date, known: dict[date, bool], works: bool) -> None:
    assert rules.works(day, known=known) is works


@pytest.mark.parametrize(
    ("known", "following"), [({}, MONDAY), ({SUNDAY: True}, SUNDAY), ({MONDAY: False}, MONDAY + timedelta(days=1))]
)
def test_the_next_working_day(known: dict[date, bool], following: date) -> None:
    assert rules.next_workday(FRIDAY, known=known) == following


def test_a_search_ends_when_nobody_ever_works() -> None:
    never = {FRIDAY + timedelta(days=at): False for at in range(500)}
    assert rules.next_workday(FRIDAY, known=never) == FRIDAY + rules.HORIZON


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-09-01 17:00", 24, "2026-09-02 17:00"),
        ("2026-09-04 17:00", 24, "2026-09-07 17:00"),
        ("2026-09-05 10:00", 24, "2026-09-08 00:00"),
        ("2026-09-04 23:00", 1, "2026-09-05 00:00"),
        ("2026-09-04 17:00", 168, "2026-09-15 17:00"),
    ],
)
def test_working_time_stands_still_on_days_off(since: str, hours: int, due: str) -> None:
    found = rules.due_at(
        datetime.fromisoformat(since).replace(tzinfo=ZONE),
        timedelta(hours=hours),
        zone=ZONE,
        works_on=lambda day: rules.works(day, known={}),
    )
    assert found == datetime.fromisoformat(due).replace(tzinfo=ZONE)


def test_nothing_is_due_within_sight_when_nobody_works() -> None:
    since = datetime(2026, 9, 1, tzinfo=ZONE)
    assert rules.due_at(since, timedelta(hours=1), zone=ZONE, works_on=lambda day: False) == since + rules.HORIZON


@pytest.mark.parametrize(("today", "year"), [("2026-11-30", 2026), ("2026-12-01", 2027), ("2027-01-01", 2027)])
def test_which_years_calendar_must_be_there(today: str, year: int) -> None:
    assert rules.year_asked_for(date.fromisoformat(today)) == year


FACTS = rules.DaysFacts(first=MONDAY, last=MONDAY, today=MONDAY, reason="anniversary", is_so=False)
LINES: list[tuple[dict[str, Any], DaysOutcome]] = [
    ({"reason": " "}, DaysOutcome.REFUSED_NO_REASON),
    ({"last": SUNDAY}, DaysOutcome.REFUSED_ORDER),
    ({"last": MONDAY + timedelta(days=62)}, DaysOutcome.REFUSED_TOO_MANY),
    ({"today": MONDAY + timedelta(days=1)}, DaysOutcome.REFUSED_PAST),
    ({"today": MONDAY - timedelta(days=732)}, DaysOutcome.REFUSED_TOO_FAR),
    ({"is_so": True}, DaysOutcome.REPEATED),
]


@pytest.mark.parametrize(("changed", "outcome"), [({}, DaysOutcome.DONE), *LINES])
def test_which_days_may_be_set(changed: dict[str, Any], outcome: DaysOutcome) -> None:
    assert rules.judge_days(dataclasses.replace(FACTS, **changed)) is outcome


def test_the_order_is_that_of_the_enum() -> None:
    found = [outcome for _, outcome in LINES]
    assert found == sorted(found, key=list(DaysOutcome).index)
