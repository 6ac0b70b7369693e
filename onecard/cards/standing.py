"""A card's standing: the one place where its state changes, and with it the blacklist."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from onecard.cards.models import Card
from onecard.cards.types import LISTED_STATES, CardState
from onecard.kernel import clock, sql


def put(card: Card, *, state: CardState, **fields: object) -> None:
    """Bring the card into this state, with other fields of it, and save; the caller holds its row and the transaction.

    A move into, out of or between the listed states is a change of the blacklist, and a loss keeps the version that it got.
    """
    if LISTED_STATES & {CardState(card.state), state}:
        version = list_cards({card.card_no: state}, at=clock.now())
        if state is CardState.LOST:
            fields["loss_version"] = version
    fields["state"] = state
    for name, value in fields.items():
        setattr(card, name, value)
    card.save(update_fields=list(fields))


def list_cards(states: Mapping[int, CardState], *, at: datetime) -> int:
    """Write on the blacklist what follows from these cards' new states, by card number, in one call; the newest version.

    Versions follow the order given; a card whose listing stays as it was gets none. Others who change the list wait until commit.
    """
    arguments = [
        sql.int_array(states),
        [state in LISTED_STATES for state in states.values()],
        sql.int_array(states.values()),
        at,
    ]
    [row] = sql.call("select cards_list_v1(%t::bigint[], %b::boolean[], %t::smallint[], %b::timestamptz)", arguments)
    return int(row[0])
