"""注销: end a card for good (clause S07); the purses stay for refund or a new card."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardOutcome, CardState
from onecard.kernel import clock


@action("cards.cancel_card")
def cancel_card(actor: Actor, card_no: int) -> CardOutcome:
    """Cancel the card. Card.DoesNotExist for an unknown number."""
    card = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    outcome = rules.may_cancel(CardState(card.state))
    if outcome is CardOutcome.DONE:
        put(card, state=CardState.CANCELLED, cancelled_at=clock.now())
    return outcome
