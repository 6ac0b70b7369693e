"""Property: whatever happens on whatever days, the months' roll-forward is that of a plain model of dictionaries."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, datetime, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.kernel import clock
from onecard.kernel.invariants import run_all
from onecard.months import queries, rules
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.models import MonthClose
from onecard.months.types import MonthOutcome
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.world import DAY, World, close_day

WHO = ("lin", "wang", "chen")
EVENT = st.one_of(
    st.tuples(st.just("bank"), st.sampled_from(WHO), st.integers(1, 5_000)),
    st.tuples(st.just("subsidy"), st.just("lin"), st.integers(1, 5_000)),
    st.tuples(st.just("buy"), st.sampled_from(WHO), st.integers(1, 900)),
)
DAYS = st.lists(st.tuples(st.integers(1, 45), st.lists(EVENT, max_size=3)), min_size=1, max_size=7)
OPENING_FEN = 78_500


class Books:
    """What is true: what entered and left the purses by business date."""

    def __init__(self) -> None:
        self.entered: Counter[date] = Counter({DAY: OPENING_FEN})
        self.left: Counter[date] = Counter()

    def month(self, first: date, last: date) -> tuple[int, int, int]:
        """(opening, in, out) of the days."""
        before = sum(fen for day, fen in self.entered.items() if day < first)
        before -= sum(fen for day, fen in self.left.items() if day < first)
        of_month = [sum(fen for day, fen in side.items() if first <= day <= last) for side in (self.entered, self.left)]
        return before, of_month[0], of_month[1]


def happen(world: World, books: Books, *, day: date, events: list[tuple[str, str, int]], first_seq: int) -> None:
    for seq, (what, who, fen) in enumerate(events, start=first_seq):
        if what == "buy":
            collect_purchases([world.record(seq, who=who, amount_fen=fen)])
            books.left[day] += fen
        elif what == "bank":
            world.fund(who, fen, seq=seq)
            books.entered[day] += fen
        else:
            world.grant(who, fen, seq=seq)
            books.entered[day] += fen


@settings(
    max_examples=int(os.environ.get("ONECARD_EXAMPLES", "12")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(days=DAYS)
def test_months_roll_forward_as_the_model(world: World, days: list[tuple[int, list[tuple[str, str, int]]]]) -> None:
    with transaction.atomic():
        books, day = Books(), DAY
        for at, (gap, events) in enumerate(days):
            with clock.at(datetime.combine(day, datetime.min.time(), tzinfo=clock.campus_zone()) + timedelta(hours=12)):
                happen(world, books, day=day, events=events, first_seq=100 * (at + 1))
                following = day + timedelta(days=gap)
                close_day(world, day, next_date=following)
            day = following
            close_due_months(world, books, day)
        assert run_all() == []
        transaction.set_rollback(True)


def close_due_months(world: World, books: Books, open_day: date) -> None:
    """Close what is over; finance's balance is the model's."""
    while (span := queries.month_to_close()) is not None and span.last_day < open_day:
        opening, entered, left = books.month(span.first_day, span.last_day)
        give_finance_figure(world.cast.clerk, span.month, payable_fen=opening + entered - left)
        assert close_month(world.cast.clerk, span.month).outcome is MonthOutcome.DONE
        closed = MonthClose.objects.get(pk=span.month)
        assert (closed.opening_fen, closed.in_fen, closed.out_fen) == (opening, entered, left)
        assert rules.next_month(span.month) == (queries.month_to_close() or span).month
