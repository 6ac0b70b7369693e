"""The canonical bytes of a transfer: what is sealed, and how it is read fast.

The bytes are exactly those that PostgreSQL sends for the row in `COPY … TO STDOUT (FORMAT BINARY)`: an int16 with the number of
fields (13), then for each field an int32 with its length and the value, all big-endian, 142 bytes in all as no field is null:

    id, source_id, source_seq          int8
    leg, kind                          int2
    debit_account_id, credit_account_id, amount_fen    int8
    occurred_at, received_at, booked_at                int8, microseconds since 2000-01-01 00:00 UTC
    business_date                      int4, days since 2000-01-01
    reverses_id                        int8, 0 when it reverses nothing

So a verifier hashes what arrives from the server as it is, and a proof can be checked with `struct` and no database. The protocol
promises one row a message. No Django here: the verifier's worker processes import this module.
"""

from __future__ import annotations

import dataclasses
import hashlib
import struct
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from psycopg import pq

COLUMNS = (
    "id",
    "source_id",
    "source_seq",
    "leg",
    "kind",
    "debit_account_id",
    "credit_account_id",
    "amount_fen",
    "occurred_at",
    "received_at",
    "booked_at",
    "business_date",
    "coalesce(reverses_id, 0)",
)
LEAF_BYTES = 142
_SIGNATURE = b"PGCOPY\n\xff\r\n\0"
_HEADER_BYTES = len(_SIGNATURE) + 8
_TRAILER_DIGEST = hashlib.sha256(b"\xff\xff").digest()
_LAYOUT = struct.Struct(">h iqiqiq ihih iqiqiq iqiqiq ii iq")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_COPY = (
    f"copy (select {', '.join(COLUMNS)} from ledger_transfer where id between {{first}} and {{last}} order by id)"
    " to stdout (format binary)"
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LeafFields:
    """What of a transfer is sealed; times carry a zone, `reverses_id` is 0 when it reverses nothing."""

    id: int
    source_id: int
    source_seq: int
    leg: int
    kind: int
    debit_account_id: int
    credit_account_id: int
    amount_fen: int
    occurred_at: datetime
    received_at: datetime
    booked_at: datetime
    business_date: date
    reverses_id: int


def _microseconds(moment: datetime) -> int:
    passed = moment - _EPOCH
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds


def leaf_bytes(fields: LeafFields) -> bytes:
    """The transfer's canonical bytes. struct.error when a number does not fit its column."""
    return _LAYOUT.pack(
        *(len(COLUMNS), 8, fields.id, 8, fields.source_id, 8, fields.source_seq, 2, fields.leg, 2, fields.kind),
        *(8, fields.debit_account_id, 8, fields.credit_account_id, 8, fields.amount_fen),
        *(8, _microseconds(fields.occurred_at), 8, _microseconds(fields.received_at), 8, _microseconds(fields.booked_at)),
        *(4, (fields.business_date - _EPOCH.date()).days, 8, fields.reverses_id),
    )


def leaf_hash(fields: LeafFields) -> bytes:
    """SHA-256 of the canonical bytes."""
    return hashlib.sha256(leaf_bytes(fields)).digest()


def leaf_hashes(connection: psycopg.Connection[Any], *, first_id: int, last_id: int) -> list[bytes]:
    """Hashes of the transfers first_id..last_id in id order, as the connection's current transaction sees them.

    Reads with libpq's own call: psycopg's Copy object costs more a row than hashing it (docs/performance.md).
    """
    _start(connection.pgconn, statement=_COPY.format(first=int(first_id), last=int(last_id)))
    try:
        digests = _hashed_rows(connection.pgconn)
    except BaseException:
        connection.close()  # it is in the middle of the data and good for nothing else
        raise
    if not digests or digests.pop() != _TRAILER_DIGEST:
        raise psycopg.DatabaseError("reading transfers: the data broke off")
    return digests


def _hashed_rows(pgconn: pq.abc.PGconn) -> list[bytes]:
    """Hashes of the rows and, last, of the two bytes that end the data. The innermost loop: nothing in it that is not needed."""
    read, sha256 = pgconn.get_copy_data, hashlib.sha256
    size, row = read(0)
    row = _without_header(row) or read(0)[1]
    digests: list[bytes] = []
    keep = digests.append
    while size > 0:
        keep(sha256(row).digest())
        size, row = read(0)
    while (result := pgconn.get_result()) is not None:
        if result.status != pq.ExecStatus.COMMAND_OK:
            raise psycopg.errors.error_from_result(result)
    return digests


def _start(pgconn: pq.abc.PGconn, *, statement: str) -> None:
    result = pgconn.exec_(statement.encode())
    if result.status != pq.ExecStatus.COPY_OUT:
        raise psycopg.errors.error_from_result(result)


def _without_header(row: memoryview) -> memoryview:
    if bytes(row[: len(_SIGNATURE)]) != _SIGNATURE:
        raise psycopg.DatabaseError("the server's binary format is not the one that is sealed")
    return row[_HEADER_BYTES:]
