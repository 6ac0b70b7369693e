"""Send a batch to the database and read the answers: what all doors share."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from onecard.kernel import sql
from onecard.purchases.types import Flag, Outcome, Result
from onecard.terminals import rules as terminal_rules
from onecard.terminals.types import MAX_VALUE, TerminalRecord

MAX_RECORDS = 5_000
TRIES = 4
MOST_OF_ONE_CARD = 20
"""Records of one card are judged one after the other; a part of a batch holds so many of them at most."""


def book_batch(statement: str, arguments: Sequence[Any], *, size: int) -> list[Result]:
    """Run the booking statement in one transaction and return `size` results in the order of the records (answered_rows)."""
    return [_result(*row) for row in answered_rows(statement, arguments, size=size)]


def answered_rows(statement: str, arguments: Sequence[Any], *, size: int) -> list[tuple[Any, ...]]:
    """Run the statement in one transaction and return the `size` rows of answers, without `ord`, in the order of the records.

    Two batches that carry the same number with different content at the same instant can meet on a unique key or in a deadlock;
    one of them is rolled back whole and tried again, TRIES times at most. Inside a caller's transaction there is no second try.
    """
    if size == 0:
        return []
    tries = 1 if connection.in_atomic_block else TRIES
    for attempt in range(1, tries + 1):
        try:
            with transaction.atomic():
                return _in_order(sql.call(statement, arguments), size=size)
        except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            if attempt == tries:
                raise
    raise OperationalError("unreachable")


def parts_of(records: Sequence[TerminalRecord]) -> Iterator[slice]:
    """Cut a batch so that no card stands in a part more than MOST_OF_ONE_CARD times; nearly always into one part.

    Each part is booked by itself: records are idempotent, so a batch that fails between two parts is simply sent again.
    """
    first = 0
    seen: Counter[int] = Counter()
    for at, record in enumerate(records):
        if seen[record.card_no] == MOST_OF_ONE_CARD:
            yield slice(first, at)
            first = at
            seen.clear()
        seen[record.card_no] += 1
    yield slice(first, len(records))


def number_columns(records: Sequence[TerminalRecord]) -> list[str]:
    """The columns that both doors send, as array literals: terminal, batch, number, card, amount, moment."""
    return [
        sql.int_array([one.terminal_id for one in records]),
        sql.int_array([one.batch_no for one in records]),
        sql.int_array([one.seq for one in records]),
        sql.int_array([one.card_no for one in records]),
        sql.int_array([one.amount_fen for one in records]),
        sql.time_array([one.occurred_at for one in records]),
    ]


def refuse_impossible_requests(records: Sequence[TerminalRecord]) -> None:
    """ValueError when a batch is too large or names the record that no terminal may ask for (number, card or amount)."""
    if len(records) > MAX_RECORDS:
        raise ValueError(f"at most {MAX_RECORDS} records a batch, {len(records)} given")
    for at, one in enumerate(records, start=1):
        if not terminal_rules.is_numbered(one) or not (0 < one.amount_fen <= MAX_VALUE and 0 <= one.card_no <= MAX_VALUE):
            raise ValueError(
                f"record {at}: batch {one.batch_no} number {one.seq} card {one.card_no} amount {one.amount_fen} is out of bounds"
            )


def _in_order(rows: Sequence[tuple[Any, ...]], *, size: int) -> list[tuple[Any, ...]]:
    if len(rows) != size:
        raise ValueError(f"{size} records were sent, {len(rows)} were answered: a terminal is not registered")
    return [row[1:] for row in sorted(rows)]


@functools.lru_cache(maxsize=10_000)
def _result(outcome: int, first_outcome: int | None, flags: int, surcharge_fen: int) -> Result:
    """A few dozen combinations occur, and more with surcharges; results are immutable, so equal answers share one."""
    first = None if first_outcome is None else Outcome(first_outcome)
    return Result(outcome=Outcome(outcome), first_outcome=first, flags=Flag(flags), surcharge_fen=surcharge_fen)
