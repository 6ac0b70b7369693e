"""注销: end a card for good (clause S07); the purses stay for refund or a new card."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step
from onecard.kernel import clock


@action("cards.cancel_card")
def cancel_card(actor: Actor, card_no: int) -> CardOutcome:
    """Cancel the card. Card.DoesNotExist for an unknown number."""
    card = locked(card_no)
    outcome = judge(Step.CANCEL, card)
    if outcome is CardOutcome.DONE:
        put(actor, card, Step.CANCEL, CardState.CANCELLED, cancelled_at=clock.now())
    return outcome
