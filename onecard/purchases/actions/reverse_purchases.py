"""冲正: take back online purchases whose answer never reached the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from onecard.kernel import clock
from onecard.purchases.actions.book_batch import answered_rows, number_columns, parts_of, refuse_impossible_requests
from onecard.purchases.limits import limits_now
from onecard.purchases.types import PurchaseLimits, ReversalOutcome
from onecard.terminals.types import TerminalRecord

_REVERSE = (
    "select * from reverse_purchases_v1(%t::bigint[], %t::integer[], %t::bigint[], %t::bigint[], %t::bigint[],"
    " %t::timestamptz[], %b::timestamptz, %b::interval)"
)


def reverse_purchases(
    records: Sequence[TerminalRecord],
    *,
    received_at: datetime | None = None,
    limits: PurchaseLimits | None = None,
) -> list[ReversalOutcome]:
    """Reverse what the terminals asked online, each by the record as it was asked, and answer in the order given.

    After REVERSED, NOTHING_BOOKED or REPEATED no money of that record stands in the books, nor ever will: the original, should it
    still arrive by whichever door, is REPEATED with the first outcome DECLINED_REVERSED. A REFUSED_* one is held for a person.
    The money goes back to the purses it came from; the day's spending that asks for a PIN is not lowered. The terminal's state
    doesn't matter, and the door has authenticated it. ValueError names a request that no terminal may send.
    """
    refuse_impossible_requests(records)
    limits, received_at = limits or limits_now(), received_at or clock.now()
    outcomes: list[ReversalOutcome] = []
    for part in parts_of(records):
        outcomes += _reverse(records[part], received_at=received_at, limits=limits)
    return outcomes


def _reverse(records: Sequence[TerminalRecord], *, received_at: datetime, limits: PurchaseLimits) -> list[ReversalOutcome]:
    columns: list[Any] = [*number_columns(records), received_at, timedelta(seconds=limits.max_reversal_age_s)]
    return [ReversalOutcome(outcome) for (outcome,) in answered_rows(_REVERSE, columns, size=len(records))]
