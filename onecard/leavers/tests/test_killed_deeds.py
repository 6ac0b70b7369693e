"""SIGKILL at random statements of deeds that move many people's money: nothing was done or all of it, and the deed finishes.

A moment is the number of a statement, so it falls into the work on every machine; ONECARD_SEED repeats a run's moments.
"""

from __future__ import annotations

import functools
import os
import random
import secrets
import signal
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import transaction

from onecard.kernel import clock
from onecard.leavers.actions.book_unclaimed import book_unclaimed
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.models import LeaverBatch, UnclaimedList
from onecard.leavers.papers import LEAVER_LIST, UNCLAIMED_BOOKED
from onecard.leavers.tests.test_leavers import AFTER, BOSS, frozen_batch, payable
from onecard.leavers.tests.test_unclaimed import AFTER_NOTICE, balance, give_notice
from onecard.leavers.types import LeaverOutcome
from onecard.ledger.types import Subject
from onecard.papers.queries import paper_of
from tests.elsewhere import elsewhere, until_alone
from tests.world import World, balances, broken_invariants, card

KILLS = 4
SAVEPOINT = 2
"""Statements of a deed that runs inside a transaction and not as one of its own."""
KILLED = """
import os, signal
import psycopg
from onecard.leavers.tests import test_killed_deeds
left, execute = int(sys.argv[2]), psycopg.Cursor.execute
def counted(*arguments, **options):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(*arguments, **options)
psycopg.Cursor.execute = counted
getattr(test_killed_deeds, sys.argv[3])(*map(int, sys.argv[4:]))
os.kill(os.getpid(), signal.SIGKILL)
"""


def cancel(batch_id: int) -> LeaverOutcome:
    """After the waiting time."""
    with clock.at(AFTER):
        return cancel_leavers(BOSS, batch_id)


def book(list_id: int, total_fen: int) -> LeaverOutcome:
    """After the notice."""
    with clock.at(AFTER_NOTICE):
        return book_unclaimed(BOSS, list_id, total_fen=total_fen)


@pytest.mark.slow
def test_a_killed_cancelling_is_done_whole_or_not_at_all(own_world: World, own_database: str) -> None:
    batch = frozen_batch(own_world, "lin", "wang", "lost", "issued")

    def standing() -> object:
        cards = [card(who).state for who in ("lin", "wang", "lost", "issued")]
        return LeaverBatch.objects.get().cancelled_at, payable(), balances(own_world), cards, paper_of(LEAVER_LIST, str(batch))

    kill_all_over(cancel, batch, database=own_database, standing=standing)
    assert cancel(batch) is LeaverOutcome.REPEATED
    assert (payable(), balances(own_world)["lin"], balances(own_world)["lin subsidy"]) == (35_000, 0, 0)
    assert LeaverBatch.objects.get().cancelled_at == AFTER
    assert paper_of(LEAVER_LIST, str(batch)) is not None
    assert broken_invariants() == {}


@pytest.mark.slow
def test_a_killed_booking_of_unclaimed_balances_is_done_whole_or_not_at_all(own_world: World, own_database: str) -> None:
    noticed = give_notice(own_world)

    def standing() -> object:
        paper = paper_of(UNCLAIMED_BOOKED, str(noticed.list_id))
        return UnclaimedList.objects.get().booked_at, balance(Subject.UNCLAIMED), balances(own_world), paper

    kill_all_over(book, *noticed, database=own_database, standing=standing)
    assert book(*noticed) is LeaverOutcome.REPEATED
    assert (balance(Subject.UNCLAIMED), balances(own_world)["lin"]) == (noticed.total_fen, 0)
    assert UnclaimedList.objects.get().booked_at == AFTER_NOTICE
    assert paper_of(UNCLAIMED_BOOKED, str(noticed.list_id)) is not None
    assert broken_invariants() == {}


def kill_all_over(deed: Callable[..., object], *arguments: int, database: str, standing: Callable[[], object]) -> None:
    """Kill the deed at some of its statements, which leaves everything as it stood, and in the end right after it was done."""
    seed = int(os.environ.get("ONECARD_SEED") or secrets.randbelow(1_000_000))
    print(f"ONECARD_SEED={seed}")
    statements, before = statements_of(functools.partial(deed, *arguments)), standing()
    moments = random.Random(seed).sample(range(1, statements + 1), KILLS)
    for moment in moments:
        run_and_kill(deed.__name__, *arguments, database=database, moment=moment)
        assert standing() == before, f"killed at statement {moment} of {statements}"
    run_and_kill(deed.__name__, *arguments, database=database, moment=0)
    assert standing() != before


def run_and_kill(deed: str, *arguments: int, database: str, moment: int) -> None:
    """Run the deed in a process that is killed before this statement of its, or after its last for 0."""
    killed = elsewhere(KILLED, str(moment), deed, *map(str, arguments), database=database)
    assert killed.wait(60) == -signal.SIGKILL
    until_alone()


def statements_of(deed: Callable[[], object]) -> int:
    """How many statements the deed sends at least; it is rolled back."""
    sent, execute = 0, psycopg.Cursor.execute

    def counted(*given: Any, **options: Any) -> Any:
        nonlocal sent
        sent += 1
        return execute(*given, **options)

    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(psycopg.Cursor, "execute", counted)
        deed()
        transaction.set_rollback(True)
    return sent - SAVEPOINT
