"""A month of transfers: closing its last day, closing it, and opening a board of it, beside one bare pass over the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from bench import filling
from bench.copying import seconds_of
from onecard.access.types import Actor
from onecard.closing.actions.close_day import close_day
from onecard.kernel import sql
from onecard.ledger import queries as ledger
from onecard.months import queries
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.types import MonthOutcome
from onecard.reports.boards import BOARDS
from onecard.reports.queries import numbers_of, usual_span
from onecard.reports.types import SpanKind
from onecard.rollups.actions.keep_day import keep_day

MOST_DAYS = 6
LAST_DAY = 300_000
"""Transfers of the day whose close is measured."""
ACTOR = Actor.system("bench")
GROUP_BY = "select debit_account_id, sum(amount_fen) from ledger_transfer where id between %s and %s group by debit_account_id"
RAW = "select * from rollups_movements_v1(%s, %s)", "select * from rollups_takings_v1(%s, %s, 'Asia/Shanghai')"


def fill_month(*, rows: int) -> tuple[date, date]:
    """Fill the open month with so many transfers over some of its days, and close all of them but the last one, of LAST_DAY.

    Returns that last day, which is open, and the day after the month.
    """
    first = ledger.business_date()
    span = queries.month_of(first)
    days = min(MOST_DAYS, (span.last_day - first).days + 1)
    earlier = rows - LAST_DAY
    for at in range(1, days):
        filling.fill(rows=earlier * at // (days - 1))
        close_day(ACTOR, first + timedelta(days=at - 1))
    filling.fill(rows=rows)
    return first + timedelta(days=days - 1), span.last_day + timedelta(days=1)


def day_close(day: date) -> tuple[float, float, float]:
    """Seconds of: the day's close, keeping its sums alone, one bare GROUP BY over its transfers. Everything is undone."""
    first, last = sql.call("select first_id, last_id from ledger_range_of_open_day_v1()")[0]
    return (
        _undone(lambda: close_day(ACTOR, day)),
        _undone(lambda: keep_day(day)),
        group_by(first, last),
    )


def month_close(day: date, *, after: date) -> tuple[float, float]:
    """Seconds of: the month's close, one bare GROUP BY over the same transfers. The last day is closed for it."""
    close_day(ACTOR, day, next_date=after)
    span = queries.month_of(day)
    give_finance_figure(ACTOR, span.month, payable_fen=queries.figures_of(span).books_fen)

    def close() -> None:
        outcome = close_month(ACTOR, span.month).outcome
        if outcome is not MonthOutcome.DONE:
            raise RuntimeError(f"the month was not closed: {outcome.value}")

    return _undone(close), group_by(*_all())


def board() -> tuple[float, float]:
    """Seconds of: the centre's board of a term from the kept sums, the sums alone from all transfers."""
    started = time.perf_counter()
    numbers = numbers_of(usual_span(SpanKind.TERM))
    for make in (*BOARDS["centre"].tiles, *BOARDS["centre"].parts):
        make(numbers)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    for statement in RAW:
        sql.call(statement, _all())
    return ours, time.perf_counter() - started


def group_by(first: int, last: int) -> float:
    """Seconds of one bare pass that sums by account, in one process as the close's own connection is."""
    return seconds_of(GROUP_BY, [first, last])


def _all() -> tuple[int, int]:
    [(first, last)] = sql.call("select min(id), max(id) from ledger_transfer")
    return first, last


def _undone(do: Callable[[], object]) -> float:
    with transaction.atomic():
        started = time.perf_counter()
        do()
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
    return taken
