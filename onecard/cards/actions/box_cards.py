"""Put cards of a batch into a desk's box: by the order of their numbers, or what is left back."""

from __future__ import annotations

import dataclasses

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, HandOut, HandOutCard
from onecard.cards.stock import desk_pile, move_cards
from onecard.cards.types import DeskOutcome, Medium, Movement


@dataclasses.dataclass(frozen=True, slots=True)
class Boxed:
    """What became of it, and how many cards went into the box."""

    outcome: DeskOutcome
    cards: int = 0


@action("cards.box_cards")
def box_cards(actor: Actor, hand_out_id: int, *, desk: str, first_no: int = 0, last_no: int = 2**63 - 1) -> Boxed:
    """Give the desk the cards from first to last number that are in no box yet, or in another's and not handed out.

    They go to the desk in the stock book too. HandOut.DoesNotExist for an unknown batch.
    """
    batch = HandOut.objects.select_for_update().get(pk=hand_out_id)
    if batch.closed_at is not None:
        return Boxed(DeskOutcome.REFUSED_CLOSED)
    wanted = Card.objects.filter(hand_out__hand_out=batch, medium=Medium.MADE, card_no__range=(first_no, last_no))
    cards = list(wanted.exclude(hand_out__desk=desk).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not cards:
        return Boxed(DeskOutcome.REFUSED_NOT_IN_BATCH)
    for pile_id in sorted({card.pile_id or 0 for card in cards}):
        move_cards(actor, [card for card in cards if (card.pile_id or 0) == pile_id], Movement.TO_DESK, to=desk_pile(desk))
    HandOutCard.objects.filter(card__in=cards).update(desk=desk)
    return Boxed(DeskOutcome.DONE, len(cards))
