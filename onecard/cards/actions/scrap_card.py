"""报废: destroy a card that came back, or one that was made and is no good (clause P4-4.3)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.standing import judge, locked, put
from onecard.cards.stock import key_of, move_cards
from onecard.cards.types import CardOutcome, CardState, Condition, Medium, Movement, PileKey, Place, Step
from onecard.kernel import clock


@action("cards.scrap_card")
def scrap_card(actor: Actor, card_no: int, *, reason: str) -> CardOutcome:
    """Destroy the card for good; its number never comes again. Card.DoesNotExist for an unknown number."""
    card = locked(card_no)
    outcome = judge(Step.SCRAP, card)
    if outcome is CardOutcome.DONE:
        scrap(actor, card, reason=reason)
    return outcome


def scrap(actor: Actor, card: Card, *, reason: str) -> None:
    """Put the locked card to the scrapped ones, in the book too if it is there."""
    if card.pile is not None:
        was = Condition(key_of(card.pile).condition)
        move_cards(actor, [card], Movement.SCRAPPED, to=PileKey(Place.SCRAPPED, was), note=reason)
    ended_at = card.cancelled_at or clock.now()
    put(actor, card, Step.SCRAP, CardState.CANCELLED, note=reason, medium=Medium.SCRAPPED, cancelled_at=ended_at)
