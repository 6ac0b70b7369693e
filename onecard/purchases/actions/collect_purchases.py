"""收数据: book what terminals collected offline. Facts: they are booked even if they overdraw (DESIGN §4.6)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from onecard.kernel import clock, sql
from onecard.purchases.actions.book_batch import MAX_RECORDS, book_batch, number_columns, parts_of
from onecard.purchases.limits import limits_now
from onecard.purchases.types import PurchaseLimits, Result
from onecard.terminals import queries as terminal_queries
from onecard.terminals import rules as terminal_rules
from onecard.terminals.types import TerminalRecord

_COLLECT = (
    "select * from collect_purchases_v2(%t::bigint[], %t::integer[], %t::bigint[], %t::bigint[], %t::bigint[],"
    " %t::timestamptz[], %t::boolean[], %t::bigint[], %t::bigint[], %t::bigint[], %t::bigint[], %t::bigint[], %b::bytea[],"
    " %b::timestamptz, %t::text, %b::integer, %b::bigint, %b::interval, %b::interval)"
)


def collect_purchases(
    records: Sequence[TerminalRecord],
    *,
    received_at: datetime | None = None,
    limits: PurchaseLimits | None = None,
    keys: Mapping[int, bytes] | None = None,
) -> list[Result]:
    """Book the records of known terminals, at most MAX_RECORDS at once, and answer each in the order given.

    BOOKED, BOOKED_FLAGGED, REPEATED or HELD_*; a held record keeps its whole content until a person settles it. `keys` are the
    terminals' record keys by id, for callers that collect often; without it they are read. ValueError names the record whose
    terminal is unknown or whose batch or number is out of bounds: the door must have refused it.
    """
    keys = terminal_queries.record_keys({one.terminal_id for one in records}) if keys is None else keys
    _refuse_impossible(records, keys=keys)
    limits, received_at = limits or limits_now(), received_at or clock.now()
    results: list[Result] = []
    for part in parts_of(records):
        authentic = [_is_authentic(one, keys=keys) for one in records[part]]
        results += book_facts(records[part], authentic=authentic, received_at=received_at, limits=limits)
    return results


def book_facts(
    records: Sequence[TerminalRecord], *, authentic: Sequence[bool], received_at: datetime, limits: PurchaseLimits
) -> list[Result]:
    """Book records of which the caller knows whether each is to be taken as the terminal's; answers as `collect_purchases`."""
    columns: list[Any] = [
        *number_columns(records),
        "{" + ",".join(["t" if is_authentic else "f" for is_authentic in authentic]) + "}",
        *_optional_columns(records),
        received_at,
        settings.TIME_ZONE,
        limits.surcharge_bp,
        limits.max_amount_fen,
        timedelta(days=limits.max_age_days),
        timedelta(seconds=limits.max_ahead_s),
    ]
    return book_batch(_COLLECT, columns, size=len(records))


def _is_authentic(record: TerminalRecord, *, keys: Mapping[int, bytes]) -> bool:
    try:
        return terminal_rules.has_valid_mac(record, key=keys[record.terminal_id])
    except struct.error as error:
        raise ValueError(f"batch {record.batch_no} number {record.seq}: a value is beyond 64 bits") from error


def _optional_columns(records: Sequence[TerminalRecord]) -> list[Any]:
    """Columns that most terminals leave empty travel as one null instead of an array of nulls."""
    numbers = [
        [one.blacklist_version for one in records],
        [one.card_counter for one in records],
        [one.purse_after_fen for one in records],
        [one.sam_id for one in records],
        [one.sam_seq for one in records],
    ]
    tacs = [one.tac or None for one in records]
    columns: list[Any] = [sql.int_array(column) if any(column) or 0 in column else None for column in numbers]
    return [*columns, tacs if any(tacs) else None]


def _refuse_impossible(records: Sequence[TerminalRecord], *, keys: Mapping[int, bytes]) -> None:
    if len(records) > MAX_RECORDS:
        raise ValueError(f"at most {MAX_RECORDS} records a batch, {len(records)} given")
    for at, one in enumerate(records, start=1):
        if one.terminal_id not in keys:
            raise ValueError(f"record {at}: terminal {one.terminal_id} is not registered")
        if not terminal_rules.is_numbered(one):
            raise ValueError(f"record {at}: batch {one.batch_no} number {one.seq} is out of bounds")
