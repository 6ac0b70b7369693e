"""The state's calendar as it was adopted, and the campus's own word that goes before it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from onecard.access.types import NotPermitted
from onecard.kernel import clock
from onecard.workdays import queries
from onecard.workdays.actions.adopt_official_days import adopt_official_days
from onecard.workdays.actions.set_days import set_days
from onecard.workdays.models import CampusDay
from onecard.workdays.types import DaysOutcome
from tests.refused import refusal
from tests.world import World

SEPTEMBER = datetime(2026, 9, 1, 4, 0, tzinfo=UTC)
ANNIVERSARY = date(2026, 9, 15)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-09-01", True),
        ("2026-09-05", False),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-09-20", True),  # a Sunday worked for the national holiday
        ("2027-05-01", False),
    ],
)
def test_the_states_calendar(world: World, day: str, works: bool) -> None:
    assert queries.is_workday(date.fromisoformat(day)) is works


def test_the_first_working_day_after_the_national_holiday(world: World) -> None:
    assert queries.next_workday(date(2026, 9, 30)) == date(2026, 10, 8)


def test_the_campuss_newest_word_counts(world: World) -> None:
    clerk = world.cast.clerk
    with clock.at(SEPTEMBER):
        off = {"last": ANNIVERSARY, "is_workday": False, "reason": "anniversary"}
        assert set_days(clerk, ANNIVERSARY, **off) is DaysOutcome.DONE  # type: ignore[arg-type]
        assert set_days(clerk, ANNIVERSARY, **off) is DaysOutcome.REPEATED  # type: ignore[arg-type]
        assert not queries.is_workday(ANNIVERSARY)
        assert set_days(clerk, ANNIVERSARY, last=ANNIVERSARY, is_workday=True, reason="put off") is DaysOutcome.DONE
        assert queries.is_workday(ANNIVERSARY)
        assert set_days(clerk, date(2026, 10, 1), last=date(2026, 10, 3), is_workday=True, reason="fair") is DaysOutcome.DONE
    assert queries.next_workday(date(2026, 9, 30)) == date(2026, 10, 1)
    assert CampusDay.objects.count() == 5
    adopt_official_days()
    assert queries.is_workday(date(2026, 10, 2))


@pytest.mark.parametrize(("at", "year"), [("2026-11-30T12:00Z", None), ("2026-12-01T12:00Z", 2027), ("2027-02-01T12:00Z", 2027)])
def test_a_year_that_nobody_entered(world: World, at: str, year: int | None) -> None:
    with clock.at(datetime.fromisoformat(at)):
        assert queries.year_without_calendar() == year


def test_a_year_that_people_entered(world: World) -> None:
    with clock.at(datetime(2026, 12, 1, 4, 0, tzinfo=UTC)):
        set_days(world.cast.clerk, date(2027, 10, 1), last=date(2027, 10, 7), is_workday=False, reason="notice")
        assert queries.year_without_calendar() == 2027
        set_days(world.cast.clerk, date(2027, 2, 5), last=date(2027, 2, 11), is_workday=False, reason="notice")
        assert queries.year_without_calendar() is None


def test_who_sets_days(world: World) -> None:
    with pytest.raises(NotPermitted):
        set_days(world.cast.outsider, ANNIVERSARY, last=ANNIVERSARY, is_workday=False, reason="no")


def test_the_database_keeps_what_was_said(world: World) -> None:
    with clock.at(SEPTEMBER):
        set_days(world.cast.clerk, ANNIVERSARY, last=ANNIVERSARY, is_workday=False, reason="anniversary")
    assert refusal("update workdays_campusday set is_workday = true") == "42501"
    assert refusal("delete from workdays_officialday") == "42501"
