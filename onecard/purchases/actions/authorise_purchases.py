"""Answer online purchases: approve and book, or decline and remember the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from onecard.kernel import clock, sql
from onecard.purchases.actions.book_batch import book_batch, number_columns, parts_of, refuse_impossible_requests
from onecard.purchases.limits import limits_now
from onecard.purchases.types import PinCheck, PurchaseLimits, Result
from onecard.terminals.types import TerminalRecord

_AUTHORISE = (
    "select * from authorise_purchases_v2(%t::bigint[], %t::integer[], %t::bigint[], %t::bigint[], %t::bigint[],"
    " %t::timestamptz[], %t::smallint[], %b::timestamptz, %t::text, %b::integer, %b::bigint, %b::bigint)"
)


def authorise_purchases(
    records: Sequence[TerminalRecord],
    *,
    pins: Sequence[PinCheck] | None = None,
    received_at: datetime | None = None,
    limits: PurchaseLimits | None = None,
) -> list[Result]:
    """Answer each online request in the order given: APPROVED, REPEATED (with the first answer), CONFLICT (held) or DECLINED_*.

    `pins` says what the caller found about each request's PIN (all NOT_GIVEN without it). The door has authenticated the
    terminal, so no record MAC is needed. ValueError names a request that no terminal may send (amount, number out of bounds).
    """
    refuse_impossible_requests(records)
    if pins is not None and len(pins) != len(records):
        raise ValueError(f"{len(records)} records came with {len(pins)} PIN checks")
    limits, received_at = limits or limits_now(), received_at or clock.now()
    checks = pins or [PinCheck.NOT_GIVEN] * len(records)
    results: list[Result] = []
    for part in parts_of(records):
        results += _authorise(records[part], pins=checks[part], received_at=received_at, limits=limits)
    return results


def _authorise(
    records: Sequence[TerminalRecord], *, pins: Sequence[PinCheck], received_at: datetime, limits: PurchaseLimits
) -> list[Result]:
    columns: list[Any] = [
        *number_columns(records),
        sql.int_array([int(pin) for pin in pins]),
        received_at,
        settings.TIME_ZONE,
        limits.surcharge_bp,
        limits.pin_single_fen,
        limits.pin_day_fen,
    ]
    return book_batch(_AUTHORISE, columns, size=len(records))
