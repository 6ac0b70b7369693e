"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from onecard.purchases.models import Purchase
from onecard.purchases.types import MONEY_MOVED


class BookedRecord(NamedTuple):
    """A record behind which money moved."""

    terminal_id: int
    batch_no: int
    seq: int
    card_no: int
    amount_fen: int


def booked_records(terminal_ids: Iterable[int]) -> Iterator[BookedRecord]:
    """All records of these terminals that moved money, terminal by terminal, read in pieces."""
    for terminal_id in terminal_ids:
        rows = Purchase.objects.filter(terminal_id=terminal_id, outcome__in=MONEY_MOVED)
        columns = rows.values_list("terminal_id", "batch_no", "seq", "card_no", "amount_fen").iterator(chunk_size=10_000)
        yield from (BookedRecord(*row) for row in columns)
