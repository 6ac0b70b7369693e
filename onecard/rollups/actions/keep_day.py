"""Keep a business day's sums, in the transaction of its close."""

from __future__ import annotations

from datetime import date

from onecard.cards.models import Card
from onecard.cards.types import CardState
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.purchases import queries as purchases
from onecard.terminals import queries as terminals

_KEEP = "select rollups_keep_day_v1(%b::date, %t, %b::int, %b::int, %b::int, %b::int, %b::int, %b::bigint)"


def keep_day(day: date) -> bool:
    """Keep the open day's sums and how things stand now; False when they were kept before.

    Not an action of its own: `close_day` holds the transaction and the day lock, so these are all the transfers there will be.
    """
    enrolled = terminals.board_counts(terminals.board()).enrolled
    missing, _places = terminals.missing_totals()
    active = Card.objects.filter(state=CardState.ACTIVE).count()
    return keep_sums(day, stood=(active, enrolled, ledger.held_count(), missing))


def keep_sums(day: date, *, stood: tuple[int | None, int | None, int | None, int | None]) -> bool:
    """The same with what stood at the day's close: active cards, enrolled terminals, held records, missing numbers."""
    used, declined = purchases.cards_used_on(day)
    [(kept,)] = sql.call(_KEEP, [day, str(clock.campus_zone()), used, declined, *stood])
    return bool(kept)
