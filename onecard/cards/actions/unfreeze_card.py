"""解冻: let a frozen card buy again."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step


@action("cards.unfreeze_card")
def unfreeze_card(actor: Actor, card_no: int) -> CardOutcome:
    """Unfreeze the card. Card.DoesNotExist for an unknown number."""
    card = locked(card_no)
    outcome = judge(Step.UNFREEZE, card)
    if outcome is CardOutcome.DONE:
        put(actor, card, Step.UNFREEZE, CardState.ACTIVE)
    return outcome
