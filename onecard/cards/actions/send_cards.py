"""移交: send cards from the card-making centre to the settlement centre, or back, with a slip (clause P4-7)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, StockPile, StockSlip
from onecard.cards.stock import has, move, move_cards
from onecard.cards.types import Condition, Movement, PileKey, Place, StockOutcome
from onecard.kernel import clock

CENTRES = (Place.MAKING, Place.SETTLEMENT)
"""Between which places slips go; desks are the settlement centre's own (give_to_desk)."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """What became of it, and the slip's id."""

    outcome: StockOutcome
    slip_id: int | None = None


@action("cards.send_cards")
def send_cards(
    actor: Actor, from_place: Place, *, to_place: Place, condition: Condition, count: int = 0, card_nos: Sequence[int] = ()
) -> Sent:
    """Write a slip and put the cards on the way until somebody else decides on it: so many blank ones, or these numbered ones.

    Refused between places that are none of the two centres, and when not so many, or not these, are there.
    """
    if from_place == to_place or not {from_place, to_place} <= set(CENTRES):
        return Sent(StockOutcome.REFUSED_SAME_PLACE)
    if (condition is Condition.BLANK) is bool(card_nos) or (condition is Condition.BLANK and count < 1):
        return Sent(StockOutcome.REFUSED_NUMBERS)
    source, way = PileKey(from_place, condition), PileKey(Place.ON_THE_WAY, condition)
    cards = _cards(source, card_nos)
    if len(cards) < len(set(card_nos)) or not has(source, count or len(cards)):
        return Sent(StockOutcome.REFUSED_NO_STOCK)
    slip = StockSlip.objects.create(
        from_place=from_place,
        to_place=to_place,
        condition=condition,
        count=count or len(cards),
        card_nos=sorted(card.card_no for card in cards),
        sent_by=actor.name,
        sent_at=clock.now(),
    )
    if cards:
        move_cards(actor, cards, Movement.SENT, to=way, slip=slip)
    else:
        move(actor, Movement.SENT, source=source, to=way, count=count, slip=slip)
    return Sent(StockOutcome.DONE, slip.pk)


def _cards(source: PileKey, card_nos: Sequence[int]) -> list[Card]:
    """Those of the numbered cards that are in the pile, locked."""
    pile = StockPile.objects.filter(place=source.place, condition=source.condition, desk=source.desk).first()
    if pile is None or not card_nos:
        return []
    rows = Card.objects.select_for_update(no_key=True).filter(card_no__in=set(card_nos), pile=pile)
    return list(rows.order_by("pk"))
