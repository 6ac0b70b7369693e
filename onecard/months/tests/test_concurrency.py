"""Month closes that meet: another close, postings, and death between any two steps."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from onecard.kernel import sql
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.models import MonthClose
from onecard.months.types import FigureOutcome, MonthOutcome
from onecard.papers.models import Paper
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.elsewhere import tell, waiting
from tests.world import DAY, World, close_day

ROOT = Path(__file__).parents[3]
SEPTEMBER = date(2026, 9, 1)
BOOKS_FEN = 78_500
CLOSER = """
from datetime import date
from onecard.access.types import Actor
from onecard.months.actions.close_month import close_month
print(close_month(Actor.system("closer"), date(2026, 9, 1)).outcome.name, flush=True)
"""


def end_september(world: World) -> None:
    close_day(world, DAY, next_date=date(2026, 10, 1))
    assert give_finance_figure(world.cast.clerk, SEPTEMBER, payable_fen=BOOKS_FEN) is FigureOutcome.DONE


def test_of_closes_at_once_one_closes_while_tills_go_on(own_world: World) -> None:
    world = own_world
    end_september(world)
    gate = threading.Barrier(4)

    def close() -> str:
        connection.ensure_connection()
        gate.wait(timeout=30)
        try:
            return close_month(world.cast.clerk, SEPTEMBER).outcome.name
        finally:
            connections.close_all()

    def sell() -> int:
        gate.wait(timeout=30)
        try:
            return sum(len(collect_purchases([world.record(seq, amount_fen=1)])) for seq in range(1, 30))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        sold = pool.submit(sell)
        closes = [pool.submit(close) for _ in range(3)]
        assert sorted(one.result() for one in closes) == ["DONE", "REPEATED", "REPEATED"]
        assert sold.result() == 29
    assert MonthClose.objects.get().books_fen == BOOKS_FEN
    assert Paper.objects.filter(kind__startswith="months.").count() == 2


def test_a_figure_and_a_close_at_once_end_in_one_truth(own_world: World) -> None:
    """Whichever comes first: a closed month stands by the figure it was closed with, and that is the newest."""
    world = own_world
    end_september(world)
    gate = threading.Barrier(2)

    def give() -> str:
        gate.wait(timeout=30)
        try:
            return give_finance_figure(world.cast.clerk, SEPTEMBER, payable_fen=1).name
        finally:
            connections.close_all()

    def close() -> str:
        gate.wait(timeout=30)
        try:
            return close_month(world.cast.clerk, SEPTEMBER).outcome.name
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        outcomes = (pool.submit(give), pool.submit(close))
        assert (outcomes[0].result(), outcomes[1].result()) in {
            ("DONE", "REFUSED_DIFFERENCE"),
            ("REFUSED_CLOSED", "DONE"),
        }


def closer() -> subprocess.Popen[str]:
    """A process of its own that closes September when it is told to."""
    return waiting(CLOSER, database=settings.DATABASES["default"]["NAME"])


@pytest.mark.slow
@pytest.mark.parametrize("table", ["months_financefigure", "closing_seal", "papers_series", "papers_paper", "months_monthclose"])
def test_a_close_killed_at_a_step_changes_nothing(own_world: World, table: str) -> None:
    """Another transaction holds what the step needs, so the kill surely finds the close right before it."""
    end_september(own_world)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"lock table {table} in access exclusive mode")
        with closer() as process:
            tell(process)
            wait_for_a_waiting_lock(table)
            process.send_signal(signal.SIGKILL)
    connections["owner"].close()
    assert (MonthClose.objects.count(), Paper.objects.filter(kind__startswith="months.").count()) == (0, 0)
    assert close_month(own_world.cast.clerk, SEPTEMBER).outcome is MonthOutcome.DONE
    assert MonthClose.objects.get().report_no == "YJ-2026-000001"


@pytest.mark.slow
def test_a_close_killed_at_random_moments_closes_once(own_world: World) -> None:
    end_september(own_world)
    chance = random.Random(20260930)
    for _ in range(4):
        with closer() as process:
            tell(process)
            threading.Event().wait(chance.uniform(0.0, 0.1))
            process.send_signal(signal.SIGKILL)
        assert MonthClose.objects.count() * 2 == Paper.objects.filter(kind__startswith="months.").count()
    assert close_month(own_world.cast.clerk, SEPTEMBER).outcome in (MonthOutcome.DONE, MonthOutcome.REPEATED)
    assert MonthClose.objects.count() == 1


def wait_for_a_waiting_lock(table: str) -> None:
    """Return when some other connection waits for a lock on the table."""
    statement = f"select count(*) from pg_locks where not granted and relation = '{table}'::regclass"
    for _ in range(3_000):
        if sql.call(statement, alias="owner") != [(0,)]:
            return
        threading.Event().wait(0.01)
    raise AssertionError(f"the close never came to {table}")
