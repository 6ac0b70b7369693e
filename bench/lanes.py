"""Lanes: processes with a connection each that book batches at the same time.

A lane books the records of its own share of the card holders, as a gateway's lanes do: lanes meet on merchants but not on
purses. Within a batch every card stands once, as in a second of a lunch hour. Records are made and signed before the clock
starts; it stops when the slowest lane has its last answer.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import random
import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier
from typing import Any

BATCH = 1_000
WARM_UP_BATCHES = 8
LANES = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """What one run of all lanes gave: records a second, outcomes, growth of a lane's peak memory while it booked."""

    rate: float
    outcomes: Counter[str]
    growth_kib: int


def run(door: str, *, batches: int, batch_no: int, merchants: int | None = None) -> Run:
    """Book `batches` batches of BATCH records through `door` ("collect" or "authorise") in each of LANES processes."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(LANES)
    jobs = [(door, lane, batches, batch_no * LANES + lane, merchants) for lane in range(LANES)]
    with context.Pool(LANES, initializer=_share, initargs=(barrier,)) as pool:
        answers = pool.starmap(_lane, jobs, chunksize=1)
    outcomes: Counter[str] = sum((answer[1] for answer in answers), Counter())
    slowest_s = max(answer[0] for answer in answers)
    return Run(LANES * batches * BATCH / slowest_s, outcomes, max(answer[2] for answer in answers))


_barrier: Barrier


def _share(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - the pool's initializer has no other way to hand it over
    _barrier = barrier
    import django

    django.setup()
    from bench.world import point_at_bench_database

    point_at_bench_database()


def _lane(door: str, lane: int, batches: int, batch_no: int, merchants: int | None) -> tuple[float, Counter[str], int]:
    from django.db import connection

    from onecard.terminals import queries
    from onecard.terminals.models import Terminal

    terminals = list(Terminal.objects.order_by("pk").values_list("pk", flat=True))[:merchants]
    keys = queries.record_keys(terminals)
    make = _maker(terminals, keys, lane=lane, batch_no=batch_no)
    work = [make() for _ in range(batches + WARM_UP_BATCHES)]
    book = _door(door, keys)
    for records in work[:WARM_UP_BATCHES]:
        book(records)
    connection.close()  # plans made while tables were empty are dropped with the connection
    book(work[0])
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _barrier.wait(timeout=300)
    outcomes: Counter[str] = Counter()
    started = time.perf_counter()
    for records in work[WARM_UP_BATCHES:]:
        outcomes.update(result.outcome.name for result in book(records))
    took_s = time.perf_counter() - started
    return took_s, outcomes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib


def _maker(terminals: Sequence[int], keys: dict[int, bytes], *, lane: int, batch_no: int) -> Callable[[], list[Any]]:
    from bench.world import CARDS, FIRST_CARD_NO
    from onecard.terminals.rules import record_mac
    from onecard.terminals.types import TerminalRecord

    chance = random.Random(batch_no)
    numbers: Counter[int] = Counter()
    now = datetime.now(UTC)

    def record(card: int) -> TerminalRecord:
        terminal = chance.choice(terminals)
        numbers[terminal] += 1
        plain = TerminalRecord(terminal, batch_no, numbers[terminal], FIRST_CARD_NO + card, chance.randrange(100, 2_000), now)
        return dataclasses.replace(plain, mac=record_mac(plain, key=keys[terminal]))

    def batch() -> list[TerminalRecord]:
        return [record(card * LANES + lane) for card in chance.sample(range(CARDS // LANES), BATCH)]

    return batch


def _door(door: str, keys: dict[int, bytes]) -> Callable[[list[Any]], list[Any]]:
    from onecard.purchases.actions.authorise_purchases import authorise_purchases
    from onecard.purchases.actions.collect_purchases import collect_purchases
    from onecard.purchases.types import PurchaseLimits

    if door == "collect":
        return lambda records: collect_purchases(records, keys=keys)
    without_pin = PurchaseLimits(pin_single_fen=10**12, pin_day_fen=10**12)
    return lambda records: authorise_purchases(records, limits=without_pin)
