"""启用: make an issued card usable (clause S02)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step
from onecard.kernel import clock


@action("cards.activate_card")
def activate_card(actor: Actor, card_no: int) -> CardOutcome:
    """Activate the card. Card.DoesNotExist for an unknown number."""
    card = locked(card_no)
    outcome = judge(Step.ACTIVATE, card)
    if outcome is CardOutcome.DONE:
        put(actor, card, Step.ACTIVATE, CardState.ACTIVE, activated_at=clock.now())
    return outcome
