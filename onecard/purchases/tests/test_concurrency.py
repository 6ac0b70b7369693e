"""Many connections at once, on a database of their own: nothing is lost, nothing is booked twice, no error escapes."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connections
from django.db.models import Count, Max, Min, Sum

from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.models import BusinessDay, HeldRecord, Transfer
from onecard.ledger.types import Entry, PostingOutcome, TransferKind
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.models import Purchase
from onecard.purchases.types import Flag, Outcome, PinCheck, Result, ReversalOutcome
from onecard.terminals.types import TerminalRecord
from tests import databases
from tests.parallel import at_once
from tests.world import DAY, NOON, World, balances, close_day, try_to_close_day

SEED = int(os.environ.get("ONECARD_SEED") or random.SystemRandom().randrange(10**9))
KILLS = int(os.environ.get("ONECARD_KILLS", "12"))
WHO = ("lin", "wang", "chen", "gao", "frozen")

Book = Callable[[Sequence[TerminalRecord]], list[Result]]
collect: Book = partial(collect_purchases, received_at=NOON)


def authorise(records: Sequence[TerminalRecord]) -> list[Result]:
    return authorise_purchases(records, pins=[PinCheck.RIGHT] * len(records), received_at=NOON)


@pytest.fixture
def chance() -> random.Random:
    print(f"ONECARD_SEED={SEED}")
    return random.Random(SEED)


def counted(answers: Sequence[Sequence[Result]]) -> Counter[Outcome]:
    return Counter(result.outcome for batch in answers for result in batch)


def test_one_card_from_many_connections_never_overspends(own_world: World) -> None:
    def spend(till: int) -> list[Result]:
        return [
            result
            for seq in range(1, 11)
            for result in authorise([own_world.record(seq, who="wang", amount_fen=300, batch_no=till)])
        ]

    answers = at_once([partial(spend, till) for till in range(8)])
    assert counted(answers) == {Outcome.APPROVED: 33, Outcome.DECLINED_INSUFFICIENT: 47}
    assert balances(own_world)["wang"] == 100


@pytest.mark.parametrize("book", [collect, authorise])
@pytest.mark.parametrize("who", ["lin", 999_999])
def test_one_record_from_many_connections_is_answered_once(own_world: World, book: Book, who: str | int) -> None:
    record = own_world.record(1, who=who)
    answers = counted(at_once([partial(book, [record]) for _ in range(8)]))
    booked = 0 if who == 999_999 else 1
    if book is collect and not booked:
        assert answers == {Outcome.HELD_UNKNOWN_CARD: 8}
        assert HeldRecord.objects.count() == 1
    else:
        assert answers[Outcome.REPEATED] == 7
    assert Transfer.objects.filter(kind=TransferKind.PURCHASE).count() == booked


@pytest.mark.parametrize("book", [collect, authorise])
def test_one_number_with_different_content_at_the_same_instant(own_world: World, book: Book) -> None:
    for seq in range(1, 6):
        rivals = [own_world.record(seq, who=who, amount_fen=100 + at) for at, who in enumerate(WHO[:3])]
        answers = counted(at_once([partial(book, [rival]) for rival in rivals]))
        booked, conflict = (Outcome.BOOKED, Outcome.HELD_CONFLICT) if book is collect else (Outcome.APPROVED, Outcome.CONFLICT)
        assert answers == {booked: 1, conflict: 2}
    assert HeldRecord.objects.count() == 10


def test_conflicts_in_the_middle_of_large_batches(own_world: World, chance: random.Random) -> None:
    def batch(version: int) -> list[TerminalRecord]:
        return [
            own_world.record(seq, who=WHO[(seq + version) % 4], amount_fen=10 + version, terminal=_place(seq))
            for seq in range(1, 41)
        ]

    batches = [batch(version) for version in range(4)]
    for one in batches:
        chance.shuffle(one)
    answers = at_once([partial(collect, one) for one in batches])
    assert sum(counted(answers).values()) == 160
    assert Purchase.objects.count() == 40
    assert HeldRecord.objects.count() == 120


def _place(seq: int) -> str:
    return "plain" if seq % 2 else "shop"


def test_crossing_merchants_do_not_deadlock(own_world: World) -> None:
    """Two purchases of one card at two merchants, in one batch, in either order, from many connections."""

    def run(who: str, first: str, second: str, batch_no: int) -> list[Result]:
        answers = []
        for seq in range(1, 30, 2):
            a = own_world.record(seq, who=who, amount_fen=1, terminal=first, batch_no=batch_no)
            b = own_world.record(seq + 1, who=who, amount_fen=1, terminal=second, batch_no=batch_no)
            answers += collect([a, b])
        return answers

    crossing = [partial(run, who, *(("plain", "shop") if at % 2 else ("shop", "plain")), at) for at, who in enumerate(WHO[:4])]
    before = _deadlocks()
    answers = counted(at_once(crossing))
    assert answers.total() == 120
    assert _deadlocks() == before


def _deadlocks() -> int:
    connections.close_all()
    with databases.server_connection() as server:
        server.execute("select pg_stat_force_next_flush()")
        name = connections["default"].settings_dict["NAME"]
        row = server.execute("select deadlocks from pg_stat_database where datname = %s", [name]).fetchone()
    assert row is not None
    return int(row[0])


def test_a_hot_merchant_with_doubled_and_reordered_batches(own_world: World, chance: random.Random) -> None:
    records = [
        own_world.record(seq, who=WHO[seq % 5], amount_fen=seq, batch_no=batch) for batch in range(1, 5) for seq in range(1, 51)
    ]
    work = []
    for _ in range(8):
        mine = [*records, *chance.sample(records, 40)]
        chance.shuffle(mine)
        work.append([mine[at : at + 60] for at in range(0, len(mine), 60)])
    answers = at_once([functools.partial(lambda todo: [r for b in todo for r in collect(b)], todo) for todo in work])
    found = counted(answers)
    assert found[Outcome.BOOKED] + found[Outcome.BOOKED_FLAGGED] == 200
    assert found[Outcome.REPEATED] == 8 * 240 - 200
    assert balances(own_world)["canteen"] == sum(one.amount_fen for one in records)
    assert HeldRecord.objects.count() == 0


def test_online_and_collected_at_the_same_time(own_world: World) -> None:
    """The terminal asks, and is collected while the answer is on its way."""
    records = [own_world.record(seq, who=WHO[seq % 3], amount_fen=7) for seq in range(1, 61)]
    answers = at_once([partial(authorise, records), partial(collect, records[::-1]), partial(collect, records)])
    found = counted(answers)
    assert found[Outcome.REPEATED] == 120
    assert balances(own_world)["canteen"] == 7 * 60


REVERSED = Result(Outcome.REPEATED, Outcome.DECLINED_REVERSED, Flag(0))


def reverse(records: Sequence[TerminalRecord]) -> list[ReversalOutcome]:
    return reverse_purchases(records, received_at=NOON)


@pytest.mark.parametrize("who", ["lin", 999_999])
def test_an_original_and_its_reversal_at_the_same_instant(own_world: World, who: str | int) -> None:
    """Also with a card that nobody knows, whose purse no lock can stand for."""
    start = balances(own_world)
    for seq in range(1, 13):
        record = own_world.record(seq, who=who)
        work: list[Callable[[], list[Any]]] = [partial(door, [record]) for door in (authorise, reverse, authorise, reverse)]
        asked, taken_back, asked_again, again = at_once(work)
        assert ReversalOutcome.REPEATED in (taken_back[0], again[0])
        assert {taken_back[0], again[0]} & {ReversalOutcome.REVERSED, ReversalOutcome.NOTHING_BOOKED}
        assert [result.outcome for result in (asked[0], asked_again[0])].count(Outcome.REPEATED) >= 1
        assert authorise([record]) == collect([record]) == [REVERSED]
    assert balances(own_world) == start
    assert HeldRecord.objects.count() == 0


def test_one_reversal_from_many_connections_gives_back_once(own_world: World) -> None:
    records = [own_world.record(seq, who=WHO[seq % 3], amount_fen=20) for seq in range(1, 31)]
    start = balances(own_world)
    authorise(records)
    answers = at_once([partial(reverse, batch) for batch in (records, records[::-1], [*records, *records], records[10:])])
    found = Counter(outcome for batch in answers for outcome in batch)
    assert found == {ReversalOutcome.REVERSED: 30, ReversalOutcome.REPEATED: 110}
    assert balances(own_world) == start


def test_reversals_amid_originals_repeats_and_collections(own_world: World, chance: random.Random) -> None:
    """Shuffled batches through all doors at once, over five cards and two merchants: no error, no deadlock, no fen astray."""
    records = [own_world.record(seq, who=WHO[seq % 4], amount_fen=5, terminal=_place(seq)) for seq in range(1, 81)]
    taken_back = records[::2]
    start, before = balances(own_world), _deadlocks()
    work: list[Callable[[], list[Any]]] = []
    for door, mine in ((authorise, records), (authorise, records), (reverse, taken_back), (reverse, taken_back)):
        shuffled = chance.sample(mine, len(mine))
        work.append(partial(_in_parts, door, shuffled))
    at_once(work)
    assert _deadlocks() == before
    assert reverse(taken_back) == [ReversalOutcome.REPEATED] * 40
    assert collect(taken_back) == [REVERSED] * 40
    assert HeldRecord.objects.count() == 0
    sold = balances(own_world)["canteen"] + balances(own_world)["shop"] - start["canteen"] - start["shop"]
    assert sold == 5 * 40


def _in_parts(door: Callable[[Sequence[TerminalRecord]], list[Any]], records: list[TerminalRecord]) -> list[Any]:
    return [answer for at in range(0, len(records), 16) for answer in door(records[at : at + 16])]


def test_reversals_of_one_number_with_different_content(own_world: World) -> None:
    for seq in range(1, 6):
        rivals = [own_world.record(seq, who=who, amount_fen=100 + at) for at, who in enumerate(WHO[:3])]
        answers = at_once([partial(reverse, [rival]) for rival in rivals])
        assert Counter(outcome for batch in answers for outcome in batch) == {
            ReversalOutcome.NOTHING_BOOKED: 1,
            ReversalOutcome.REFUSED_CONFLICT: 2,
        }
    assert HeldRecord.objects.count() == 10


def test_posting_while_days_close_lands_wholly_in_one_day(own_world: World) -> None:
    def post(till: int) -> list[Result]:
        answers: list[Result] = []
        for seq in range(1, 21):
            whos = enumerate(WHO, start=5 * seq)
            answers += collect([own_world.record(number, who=who, amount_fen=3, batch_no=till) for number, who in whos])
        return answers

    def close() -> list[Result]:
        for passed in range(6):
            close_day(own_world, DAY + timedelta(days=passed), next_date=DAY + timedelta(days=passed + 1))
        return []

    work: list[Callable[[], list[Result]]] = [partial(post, 1), partial(post, 2), partial(post, 3), close]
    answers = at_once(work)
    assert counted(answers).total() == 300
    days = Transfer.objects.values("business_date").annotate(n=Count("id"), first=Min("id"), last=Max("id")).order_by("first")
    ranges = [(row["first"], row["last"], row["business_date"]) for row in days]
    assert all(one[1] < other[0] and one[2] < other[2] for one, other in itertools.pairwise(ranges))
    assert BusinessDay.objects.count() == 7


def test_two_closes_at_once_close_one_day(own_world: World) -> None:
    close = partial(try_to_close_day, own_world, DAY, next_date=DAY + timedelta(days=1))
    assert Counter(at_once([close] * 4)) == {"DONE": 1, "REPEATED": 3}


def test_the_same_event_posted_from_many_connections(own_world: World) -> None:
    entry = Entry(own_world.job, 500, TransferKind.BANK_TRANSFER, own_world.bank, own_world.cash["wang"], 700, NOON)
    answers = at_once([partial(post_transfers, [entry]) for _ in range(8)])
    assert Counter(outcome for batch in answers for outcome in batch) == {
        PostingOutcome.POSTED: 1,
        PostingOutcome.REPEATED: 7,
    }
    assert balances(own_world)["wang"] == 10_700


def journal(world: World) -> list[list[TerminalRecord]]:
    """Twelve batches of fifty records of five cards at two merchants."""
    records = [
        world.record(seq, who=WHO[seq % 5], amount_fen=seq % 9 + 1, batch_no=7, terminal=_place(seq // 50))
        for seq in range(1, 601)
    ]
    return [records[at : at + 50] for at in range(0, 600, 50)]


def expect_journal_booked_once(world: World) -> None:
    """Each of the 600 is booked once and a last sending of everything changes nothing."""
    batches = journal(world)
    before = balances(world)
    assert counted([collect(batch) for batch in batches]) == {Outcome.REPEATED: 600}
    assert balances(world) == before
    expected = sum(one.amount_fen for batch in batches for one in batch)
    assert Transfer.objects.filter(kind=TransferKind.PURCHASE).aggregate(fen=Sum("amount_fen"))["fen"] == expected
    assert before["canteen"] + before["shop"] == expected


def _client(world: World, batches: list[list[TerminalRecord]]) -> None:
    for batch in batches:
        collect(batch)


@pytest.mark.slow
def test_killed_clients(own_world: World, chance: random.Random) -> None:
    """kill -9 of the client process at random moments; the next one sends everything again."""
    fork = multiprocessing.get_context("fork")
    batches = journal(own_world)
    for _ in range(KILLS):
        connections.close_all()
        client = fork.Process(target=_client, args=(own_world, batches))
        client.start()
        client.join(chance.uniform(0, 0.12))
        if client.pid is not None and client.is_alive():
            os.kill(client.pid, signal.SIGKILL)
        client.join()
    for batch in batches:
        collect(batch)
    expect_journal_booked_once(own_world)


@pytest.mark.slow
def test_terminated_backends(own_world: World, chance: random.Random) -> None:
    """The server ends connections at random moments; the client sends the batch again that had no answer."""
    batches = journal(own_world)
    enough = threading.Event()

    def client(mine: list[list[TerminalRecord]]) -> int:
        cuts = 0
        while True:
            cuts += sum(_until_answered(batch) for batch in mine)
            if enough.is_set():
                return cuts

    def killer() -> int:
        with databases.server_connection() as server:
            try:
                return sum(_end_one(server, within_s=chance.uniform(0, 0.02)) for _ in range(8 * KILLS))
            finally:
                enough.set()

    connections.close_all()
    work: list[Callable[[], int]] = [partial(client, batches), partial(client, batches[::-1]), killer]
    cuts = at_once(work)
    assert cuts[0] + cuts[1] > 0
    expect_journal_booked_once(own_world)


def _end_one(server: psycopg.Connection[Any], *, within_s: float) -> int:
    """End one of the application's connections to this test's database; how many were ended."""
    server.execute("select pg_sleep(%s)", [within_s])
    statement = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and usename = 'onecard_app' limit 1"
    return server.execute(statement, [connections["default"].settings_dict["NAME"]]).rowcount


def _until_answered(batch: list[TerminalRecord]) -> int:
    """How many times the connection was lost before the batch was answered."""
    for cuts in range(1_000):
        try:
            collect(batch)
        except (OperationalError, psycopg.OperationalError):
            connections.close_all()
        else:
            return cuts
    raise AssertionError("never answered")
