"""Which days are a month, and the decisions on closing and reconciling, one line an outcome."""

from __future__ import annotations

import dataclasses
import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.months import rules
from onecard.months.types import MonthOutcome, MonthSpan, ReconciliationItem, ReconciliationOutcome

SEPTEMBER = MonthSpan(date(2026, 9, 1), first_day=date(2026, 9, 1), last_day=date(2026, 9, 30))


@pytest.mark.parametrize(
    ("month", "day", "last_day"),
    [
        (date(2026, 9, 1), 31, date(2026, 9, 30)),
        (date(2026, 2, 1), 31, date(2026, 2, 28)),
        (date(2028, 2, 1), 31, date(2028, 2, 29)),
        (date(2028, 2, 1), 29, date(2028, 2, 29)),
        (date(2027, 2, 1), 29, date(2027, 2, 28)),
        (date(2026, 12, 1), 25, date(2026, 12, 25)),
    ],
)
def test_a_month_ends_with_the_cutoff_or_its_last_day(month: date, day: int, last_day: date) -> None:
    assert rules.cutoff(month, day=day) == last_day


@given(st.dates(date(2000, 1, 1), date(2100, 12, 1)), st.lists(st.integers(1, 31), min_size=26, max_size=26))
def test_months_cover_every_day_once_whatever_the_cutoffs(start: date, cutoffs: list[int]) -> None:
    month, end = rules.first_of_month(start), None
    for before, own in itertools.pairwise(cutoffs):
        span = rules.span_of(month, cutoff_day=own, cutoff_day_before=before)
        assert span.first_day <= span.last_day
        assert end is None or span.first_day == end + timedelta(days=1)
        assert span.last_day.replace(day=1) == month == rules.month_before(rules.next_month(month))
        month, end = rules.next_month(month), span.last_day


CLOSABLE = rules.CloseFacts(
    SEPTEMBER,
    first_business_date=date(2026, 9, 1),
    open_day=date(2026, 10, 1),
    is_closed=False,
    has_earlier_open=False,
    has_figure=True,
)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, MonthOutcome.DONE),
        ({"is_closed": True, "has_figure": False}, MonthOutcome.REPEATED),
        ({"first_business_date": None}, MonthOutcome.REFUSED_NO_SUCH_MONTH),
        ({"first_business_date": date(2026, 10, 1), "has_earlier_open": True}, MonthOutcome.REFUSED_NO_SUCH_MONTH),
        ({"has_earlier_open": True, "open_day": date(2026, 9, 30)}, MonthOutcome.REFUSED_EARLIER_MONTH),
        ({"open_day": date(2026, 9, 30), "has_figure": False}, MonthOutcome.REFUSED_NOT_OVER),
        ({"open_day": None}, MonthOutcome.REFUSED_NOT_OVER),
        ({"has_figure": False}, MonthOutcome.REFUSED_NO_FIGURE),
    ],
)
def test_a_month_closes_in_its_turn(changed: dict[str, object], outcome: MonthOutcome) -> None:
    assert rules.judge_close(dataclasses.replace(CLOSABLE, **changed)) is outcome  # type: ignore[arg-type]


SHEET = rules.ReconciliationFacts(
    closing=MonthOutcome.DONE,
    said_books_fen=1_000,
    said_finance_fen=700,
    books_fen=1_000,
    finance_fen=700,
    items=(ReconciliationItem(500, "bank line of the 30th"), ReconciliationItem(-200, "booked twice by finance", "V-17")),
)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, ReconciliationOutcome.DONE),
        ({"closing": MonthOutcome.REPEATED, "items": ()}, ReconciliationOutcome.REFUSED_CLOSED),
        ({"closing": MonthOutcome.REFUSED_NO_SUCH_MONTH}, ReconciliationOutcome.REFUSED_NO_SUCH_MONTH),
        ({"closing": MonthOutcome.REFUSED_EARLIER_MONTH}, ReconciliationOutcome.REFUSED_NOT_OVER),
        ({"closing": MonthOutcome.REFUSED_NOT_OVER}, ReconciliationOutcome.REFUSED_NOT_OVER),
        ({"books_fen": 1_001}, ReconciliationOutcome.REFUSED_BALANCES),
        ({"finance_fen": None}, ReconciliationOutcome.REFUSED_BALANCES),
        ({"said_books_fen": 700, "books_fen": 700}, ReconciliationOutcome.REFUSED_NO_DIFFERENCE),
        ({"items": ()}, ReconciliationOutcome.REFUSED_ITEMS),
        ({"items": (ReconciliationItem(300, " "),)}, ReconciliationOutcome.REFUSED_ITEMS),
        ({"items": (ReconciliationItem(300, "x"), ReconciliationItem(0, "y"))}, ReconciliationOutcome.REFUSED_ITEMS),
        ({"items": (ReconciliationItem(1, "x"),) * 300}, ReconciliationOutcome.REFUSED_ITEMS),
        ({"items": (ReconciliationItem(299, "one fen is missing"),)}, ReconciliationOutcome.REFUSED_SUM),
    ],
)
def test_a_reconciliation_explains_the_difference_to_the_fen(changed: dict[str, object], outcome: ReconciliationOutcome) -> None:
    assert rules.judge_reconciliation(dataclasses.replace(SHEET, **changed)) is outcome  # type: ignore[arg-type]
