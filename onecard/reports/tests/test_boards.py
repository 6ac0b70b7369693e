"""Boards: spans, comparisons, tables that add up, and the pages that show them."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook

from onecard.closing.queries import report_of
from onecard.kernel import clock
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.tests.test_leavers import AFTER, frozen_batch
from onecard.papers.excel import excel_of
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.reports import models, parts
from onecard.reports.boards import BOARDS
from onecard.reports.pages import board_sheet
from onecard.reports.queries import numbers_of, usual_span
from onecard.reports.spans import span_between, span_until
from onecard.reports.types import Numbers, SpanKind
from tests.world import DAY, NOON, World, close_day

NEXT = DAY + timedelta(days=1)


def test_spans_and_what_they_are_compared_with() -> None:
    day, week = (span_until(date(2026, 9, 10), kind=kind) for kind in (SpanKind.DAY, SpanKind.WEEK))
    assert (day.since, day.until, day.before_since, day.before_until) == (
        date(2026, 9, 10),
        date(2026, 9, 10),
        date(2026, 9, 3),
        date(2026, 9, 3),
    )
    assert (week.since, week.before_since, week.before_until) == (date(2026, 9, 4), date(2026, 8, 28), date(2026, 9, 3))
    assert span_until(date(2026, 9, 10), kind=SpanKind.TERM).days == 140
    chosen = span_between(date(2028, 2, 1), date(2028, 2, 29))
    assert (chosen.days, chosen.before_since, chosen.before_until) == (29, date(2028, 1, 3), date(2028, 1, 31))
    for since, until in ((date(2026, 9, 2), date(2026, 9, 1)), (date(2026, 1, 1), date(2028, 1, 1))):
        with pytest.raises(ValueError, match="at most"):
            span_between(since, until)


@pytest.mark.parametrize(("now", "before", "says"), [(112, 100, "+12 %"), (97, 100, "-3 %"), (5, 0, "–"), (0, 10, "-100 %")])
def test_changes_in_words(now: int, before: int, says: str) -> None:
    assert parts.change(now, before) == says


@pytest.fixture
def numbers(world: World) -> Numbers:
    """A closed day with two purchases, and the open day with one."""
    collect_purchases([world.record(1, amount_fen=1_234), world.record(1, terminal="shop", who="wang", amount_fen=500)])
    close_day(world, DAY, next_date=NEXT)
    collect_purchases([world.record(2, amount_fen=66, occurred_at=NOON + timedelta(days=1))])
    return numbers_of(usual_span(SpanKind.WEEK))


def test_every_table_adds_up_to_the_same(numbers: Numbers) -> None:
    trend, ranked, quarters = parts.trend(numbers).table, parts.merchants(numbers).table, parts.quarters(numbers).table
    assert trend.total is not None
    assert ranked.total is not None
    assert quarters.total is not None
    assert trend.total[3] == ranked.total[4] == quarters.total[3] == 1_800
    assert [row[0] for row in ranked.rows] == ["canteen", "shop"]
    balances = parts.balances(numbers).table.rows
    assert [row[4] for row in balances] == [78_500 - 1_734, 78_500 - 1_800]
    assert all(row[1] + row[2] - row[3] == row[4] for row in balances)  # type: ignore[operator]
    assert balances[1][1] == balances[0][4]


def test_the_boards_agree_with_the_day_report(numbers: Numbers) -> None:
    report = report_of(DAY)
    assert report is not None
    taken = sum(line["amount_fen"] for line in report.figures["takings"])
    assert numbers.taken.days[DAY].amount_fen == taken
    assert numbers.facts[0].transfers == report.figures["transfers"]


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_is_an_excel_file(numbers: Numbers, name: str) -> None:
    board = BOARDS[name]
    sheet = board_sheet(board, span=numbers.span, parts=[part(numbers) for part in board.parts])
    book = CalamineWorkbook.from_filelike(io.BytesIO(excel_of(sheet)))
    assert len(book.sheet_names) == len(board.parts) + 1
    assert [tile(numbers).figure for tile in board.tiles]


def test_refunds_that_are_not_paid_stand_in_their_age(world: World, numbers: Numbers) -> None:
    batch = frozen_batch(world, "wang")
    with clock.at(AFTER):
        cancel_leavers(world.cast.clerk, batch)
    with clock.at(AFTER + timedelta(days=40)):
        table = parts.refunds(numbers).table
    assert [row[0] for row in table.rows] == ["0–30", "31–90", "91–180", "181–365", "≥ 366"]
    assert [row[2] for row in table.rows] == [0, 9_500, 0, 0, 0]
    assert table.total == ("Total", 1, 9_500, 0, 0)


def test_subscriptions_know_the_same_boards() -> None:
    assert [(name, str(title)) for name, title in models.BOARDS] == [(one.name, str(one.title)) for one in BOARDS.values()]


def test_a_campus_before_its_first_day_has_boards_too(db: None) -> None:
    empty = numbers_of(usual_span(SpanKind.TERM))
    for board in BOARDS.values():
        assert [part(empty).table.title for part in board.parts]
        assert [tile(empty).figure for tile in board.tiles]
