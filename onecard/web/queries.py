"""What the first page shows, read at one moment: the open day, its takings, cards in use, what waits, what is missing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from onecard.cards.models import Card
from onecard.cards.types import CardState
from onecard.closing import queries as closing
from onecard.closing.models import Seal
from onecard.closing.reading import range_of_open_day
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.models import BusinessDay
from onecard.ledger.types import DayState
from onecard.purchases import queries as purchases
from onecard.terminals import queries as terminals
from onecard.terminals.types import BoardCounts

FIRST_HOUR, LAST_HOUR = 6, 21
"""The hours that are always shown; others appear when something was sold in them."""


@dataclasses.dataclass(frozen=True, slots=True)
class Takings:
    """Purchases and reversals and what they come to; `share` is of the largest among its neighbours, in per cent, for a bar.

    The amount is net of reversals, so it may be below zero (yesterday's purchases reversed today).
    """

    name: str
    purchases: int
    reversals: int
    amount_fen: int
    merchant_id: int | None = None
    share: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """The first page's numbers. `late` are purchases booked, or reversed, today that happened on another date."""

    day: date
    opened_at: datetime
    is_today: bool
    last_seal: Seal | None
    total: Takings
    declined: int
    merchants: list[Takings]
    hours: list[Takings]
    late: Takings | None
    cards_used: int
    cards_active: int
    held: int
    missing: int
    missing_places: int
    terminals: BoardCounts


def figures_now() -> Figures | None:
    """The figures of the open day as it stands; None when no business day is open."""
    day = BusinessDay.objects.filter(state=DayState.OPEN).first()
    if day is None:
        return None
    rows = _takings(day.date)
    cards_used, declined = purchases.cards_used_on(day.date)
    missing, places = terminals.missing_totals()
    late = [row for row in rows if row["hour"] is None]
    return Figures(
        day=day.date,
        opened_at=day.opened_at,
        is_today=day.date == clock.today(),
        last_seal=closing.last_seal(),
        total=_sum("", rows),
        declined=declined,
        merchants=_by_merchant(rows),
        hours=_by_hour(rows),
        late=_sum("", late) if late else None,
        cards_used=cards_used,
        cards_active=Card.objects.filter(state=CardState.ACTIVE).count(),
        held=ledger.held_count(),
        missing=missing,
        missing_places=places,
        terminals=terminals.board_counts(terminals.board()),
    )


def _takings(day: date) -> list[dict[str, Any]]:
    found = range_of_open_day(day)
    arguments = {"first_id": found.first_id, "last_id": found.last_id, "zone": str(clock.campus_zone()), "day": day}
    return sql.named(sql.text_of("web", "queries/takings_now"), arguments)


def _by_merchant(rows: list[dict[str, Any]]) -> list[Takings]:
    names = {row["merchant_id"]: row["merchant"] for row in rows}
    sums = [_sum(name, [row for row in rows if row["merchant_id"] == pk], merchant_id=pk) for pk, name in names.items()]
    return _with_shares(sorted(sums, key=lambda one: -one.amount_fen))


def _by_hour(rows: list[dict[str, Any]]) -> list[Takings]:
    known = {row["hour"] for row in rows if row["hour"] is not None}
    hours = range(min({FIRST_HOUR, *known}), max({LAST_HOUR, *known}) + 1)
    return _with_shares([_sum(f"{hour:02d}", [row for row in rows if row["hour"] == hour]) for hour in hours])


def _sum(name: str, rows: list[dict[str, Any]], *, merchant_id: int | None = None) -> Takings:
    purchases, reversals, amount_fen = (sum(row[what] for row in rows) for what in ("purchases", "reversals", "amount_fen"))
    return Takings(name, purchases, reversals, amount_fen, merchant_id)


def _with_shares(takings: Iterable[Takings]) -> list[Takings]:
    lines = list(takings)
    most_fen = max([1, *(line.amount_fen for line in lines)])
    return [dataclasses.replace(line, share=max(0, round(100 * line.amount_fen / most_fen))) for line in lines]
