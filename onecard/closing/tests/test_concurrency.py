"""Closes that meet: another close, postings, and death."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections, transaction

from onecard.closing import queries
from onecard.closing.actions.close_day import close_day
from onecard.closing.models import Seal
from onecard.closing.types import CloseOutcome
from onecard.kernel import sql
from onecard.ledger import queries as ledger
from onecard.ledger.models import BusinessDay, Transfer
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.types import Outcome
from tests.elsewhere import tell, waiting
from tests.world import DAY, World

ROOT = Path(__file__).parents[3]
NEXT = DAY + timedelta(days=1)
CLOSER = """
from datetime import date
from onecard.access.types import Actor
from onecard.closing.actions.close_day import close_day
print(close_day(Actor.system("closer"), date.fromisoformat(sys.argv[2])).outcome.name, flush=True)
"""


def test_of_two_closes_at_once_one_closes(own_world: World) -> None:
    gate = threading.Barrier(4)

    def close() -> CloseOutcome:
        connection.ensure_connection()
        gate.wait(timeout=30)
        try:
            return close_day(own_world.cast.clerk, DAY).outcome
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        outcomes = [one.result() for one in [pool.submit(close) for _ in range(4)]]
    assert sorted(outcome.name for outcome in outcomes) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    assert (Seal.objects.count(), ledger.open_day()) == (1, NEXT)
    assert queries.verify().is_sound


def test_postings_while_days_close_land_wholly_in_one_day(own_world: World) -> None:
    world, enough = own_world, threading.Event()

    def post(terminal: str) -> int:
        batch_no = 0
        try:
            while not enough.is_set():
                batch_no += 1
                records = [
                    world.record(seq, who=who, amount_fen=1, terminal=terminal, batch_no=batch_no)
                    for seq, who in enumerate(("lin", "wang", "chen") * 5, start=1)
                ]
                assert {one.outcome for one in collect_purchases(records)} <= {Outcome.BOOKED, Outcome.BOOKED_FLAGGED}
        finally:
            connections.close_all()
        return batch_no

    with ThreadPoolExecutor(2) as pool:
        posting = [pool.submit(post, terminal) for terminal in ("plain", "shop")]
        try:
            days = [DAY + timedelta(days=number) for number in range(6)]
            outcomes = [close_day(world.cast.clerk, day).outcome for day in days]
        finally:
            enough.set()
        batches = sum(one.result() for one in posting)
    assert outcomes == [CloseOutcome.DONE] * 6
    batch_days = Transfer.objects.filter(kind=1).values_list("source_id", "source_seq", "business_date")
    assert len({(source, seq // 1_000_000_000) for source, seq, _ in batch_days}) == batches
    assert len({(source, seq // 1_000_000_000, day) for source, seq, day in batch_days}) == batches
    assert queries.verify().is_sound


def closer(day: date) -> subprocess.Popen[str]:
    """A process of its own that closes the day when it is told to."""
    return waiting(CLOSER, day.isoformat(), database=settings.DATABASES["default"]["NAME"])


@pytest.mark.slow
def test_a_killed_close_leaves_a_day_that_closes(own_world: World) -> None:
    """Killed at random moments of the close, and once while it surely holds the lock."""
    world, chance = own_world, random.Random(20260901)
    collect_purchases([world.record(seq, who="wang", amount_fen=1) for seq in range(1, 3_000)])
    for _ in range(6):
        open_day = ledger.open_day()
        assert open_day is not None
        with closer(open_day) as process:
            tell(process)
            threading.Event().wait(chance.uniform(0.0, 0.12))
            process.send_signal(signal.SIGKILL)
        assert BusinessDay.objects.filter(state="closed").count() == Seal.objects.count()
        assert queries.verify().is_sound
    open_day = ledger.open_day()
    assert open_day is not None
    assert close_day(world.cast.clerk, open_day).outcome is CloseOutcome.DONE
    assert queries.verify().is_sound


@pytest.mark.slow
def test_a_close_killed_in_the_middle_changes_nothing(own_world: World) -> None:
    """Another transaction holds the table of reports, so the kill surely finds the close at work."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("lock table closing_dayreport in exclusive mode")
        with closer(DAY) as process:
            tell(process)
            wait_for_a_waiting_lock()
            process.send_signal(signal.SIGKILL)
    assert (Seal.objects.count(), ledger.open_day()) == (0, DAY)
    assert close_day(own_world.cast.clerk, DAY).outcome is CloseOutcome.DONE


def wait_for_a_waiting_lock() -> None:
    """Return when some other connection waits for a lock on the reports."""
    statement = "select count(*) from pg_locks where not granted and relation = 'closing_dayreport'::regclass"
    for _ in range(3_000):
        if sql.call(statement) != [(0,)]:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the close never came to its report")
