"""Send a batch to the database and read the answers: what both doors share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import OperationalError, connection, transaction

from onecard.kernel import sql
from onecard.purchases.types import Flag, Outcome, Result

MAX_RECORDS = 5_000
TRIES = 4


def book_batch(statement: str, arguments: Sequence[Any], *, size: int) -> list[Result]:
    """Run the booking statement in one transaction and return `size` results in the order of the records.

    Two batches that carry the same number with different content at the same instant can meet on a unique key or in a deadlock;
    one of them is rolled back whole and tried again, TRIES times at most. Inside a caller's transaction there is no second try.
    """
    if size == 0:
        return []
    tries = 1 if connection.in_atomic_block else TRIES
    for attempt in range(1, tries + 1):
        try:
            with transaction.atomic():
                rows = sql.call(statement, arguments)
            return _in_order(rows, size=size)
        except (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure):
            if attempt == tries:
                raise
    raise OperationalError("unreachable")


def _in_order(rows: Sequence[tuple[Any, ...]], *, size: int) -> list[Result]:
    if len(rows) != size:
        raise ValueError(f"{size} records were sent, {len(rows)} were answered: a terminal is not registered")
    results: list[Result | None] = [None] * size
    for ord_, outcome, first_outcome, flags in rows:
        first = None if first_outcome is None else Outcome(first_outcome)
        results[ord_ - 1] = Result(outcome=Outcome(outcome), first_outcome=first, flags=Flag(flags))
    return [result for result in results if result is not None]
