"""Close a batch: the cards that nobody fetched are scrapped, in the book and for good (BUSINESS: closed on 30 November)."""

from __future__ import annotations

import dataclasses
from itertools import groupby

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, HandOut
from onecard.cards.standing import list_cards, write_steps
from onecard.cards.stock import move_cards
from onecard.cards.types import CardState, Condition, DeskOutcome, Medium, Movement, PileKey, Place, Step
from onecard.kernel import clock


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """What became of it, and how many cards were left over."""

    outcome: DeskOutcome
    left_over: int = 0


@action("cards.close_hand_out")
def close_hand_out(actor: Actor, hand_out_id: int, *, reason: str = "") -> Closed:
    """End the batch on its day or later; before it a reason is needed. Everything happens in one transaction, or nothing.

    The people and their purses stay: leavers in batch settles those. HandOut.DoesNotExist for an unknown batch.
    """
    batch = HandOut.objects.select_for_update().get(pk=hand_out_id)
    if batch.closed_at is not None:
        return Closed(DeskOutcome.REPEATED)
    if clock.today() < batch.closes_on and not reason.strip():
        return Closed(DeskOutcome.REFUSED_NOT_YET)
    left = Card.objects.select_for_update(no_key=True, of=("self",)).filter(hand_out__hand_out=batch, medium=Medium.MADE)
    cards = list(left.order_by("pile_id", "pk"))
    _scrap_all(actor, cards, note=batch.title)
    batch.closed_by, batch.closed_at = actor.name, clock.now()
    batch.save(update_fields=["closed_by", "closed_at"])
    return Closed(DeskOutcome.DONE, len(cards))


def _scrap_all(actor: Actor, cards: list[Card], *, note: str) -> None:
    if not cards:
        return
    target, now = PileKey(Place.SCRAPPED, Condition.PERSONALISED), clock.now()
    for _pile, group in groupby(cards, key=lambda card: card.pile_id):
        move_cards(actor, list(group), Movement.SCRAPPED, to=target, note=note)
    for card in cards:
        card.state, card.cancelled_at, card.medium = CardState.CANCELLED, now, Medium.SCRAPPED
    list_cards({card.card_no: CardState.CANCELLED for card in cards}, at=now)
    Card.objects.bulk_update(cards, ["state", "cancelled_at", "medium"], batch_size=1_000)
    write_steps(actor, cards, Step.SCRAP, note=note)
