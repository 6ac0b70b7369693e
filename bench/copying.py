"""Plain COPY of the rows that collecting wrote, into tables with the same columns and indexes, on as many connections."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from django.conf import settings

from bench.lanes import BATCH, LANES

PURCHASE_COLUMNS = (
    "terminal_id, batch_no, seq, mode, outcome, flags, card_no, card_id, merchant_id, amount_fen, subsidy_fen, cash_fen,"
    " lost_fen, surcharge_fen, occurred_at, received_at, business_date"
)
TRANSFER_COLUMNS = (
    "source_id, source_seq, leg, kind, debit_account_id, credit_account_id, amount_fen, occurred_at, received_at,"
    " booked_at, business_date"
)
CLONES = """
drop table if exists copied_purchase, copied_transfer;
create table copied_purchase (like purchases_purchase including indexes including identity);
create table copied_transfer (like ledger_transfer including indexes including identity)
"""


def owner() -> dict[str, Any]:
    """psycopg's arguments for the owner's connection to the benchmark's database."""
    entry = settings.DATABASES["owner"]
    return {
        "host": entry["HOST"] or None,
        "port": entry["PORT"],
        "user": entry["USER"],
        "password": entry["PASSWORD"] or None,
        "dbname": entry["NAME"],
    }


def seconds_of(statement: str, arguments: Sequence[Any]) -> float:
    """Seconds of one bare statement, with all its rows, on a connection of its own."""
    with psycopg.connect(**owner()) as connection:
        started = time.perf_counter()
        connection.execute(statement.encode(), arguments).fetchall()
        return time.perf_counter() - started


def rate(*, batches: int, ready: bool) -> float:
    """Records a second (a purchase with its transfers is one record), committed every BATCH records.

    With `ready` the rows are sent as bytes that were rendered beforehand; else the driver renders Python values, as a program
    that has records in its hands must.
    """
    with psycopg.connect(**owner(), autocommit=True) as connection:
        connection.execute(CLONES)
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(LANES)
    with context.Pool(LANES, initializer=_share, initargs=(barrier,)) as pool:
        took_s = pool.starmap(_copy, [(owner(), lane, batches, ready) for lane in range(LANES)], chunksize=1)
    return LANES * batches * BATCH / max(took_s)


_barrier: Barrier


def _share(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603 - the pool's initializer has no other way to hand it over
    _barrier = barrier


def _copy(conninfo: dict[str, Any], lane: int, batches: int, ready: bool) -> float:  # noqa: FBT001 - called by starmap
    with psycopg.connect(**conninfo) as connection:
        purchases = _rows(connection, PURCHASE_COLUMNS, "purchases_purchase where outcome >= 30", lane, batches)
        transfers = _rows(connection, TRANSFER_COLUMNS, "ledger_transfer where kind = 1", lane, batches)
        connection.commit()
        loads = [
            (f"copy copied_purchase ({PURCHASE_COLUMNS}) from stdin", purchases, _rendered(purchases) if ready else None),
            (f"copy copied_transfer ({TRANSFER_COLUMNS}) from stdin", transfers, _rendered(transfers) if ready else None),
        ]
        _barrier.wait(timeout=300)
        started = time.perf_counter()
        for batch in range(batches):
            for statement, rows, rendered in loads:
                with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
                    if rendered is not None:
                        copy.write(rendered[batch])
                    else:
                        for row in rows[batch * BATCH : (batch + 1) * BATCH]:
                            copy.write_row(row)
            connection.commit()
        return time.perf_counter() - started


def _rows(connection: psycopg.Connection[Any], columns: str, source: str, lane: int, batches: int) -> list[tuple[Any, ...]]:
    statement = f"select {columns} from {source} order by id desc limit %s offset %s"
    return connection.execute(statement.encode(), [batches * BATCH, lane * batches * BATCH]).fetchall()


def _rendered(rows: list[tuple[Any, ...]]) -> list[bytes]:
    lines = ["\t".join("\\N" if value is None else str(value) for value in row) + "\n" for row in rows]
    return ["".join(lines[first : first + BATCH]).encode() for first in range(0, len(lines), BATCH)]
