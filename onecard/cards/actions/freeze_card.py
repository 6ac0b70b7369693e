"""冻结: stop a card without a loss report."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step


@action("cards.freeze_card")
def freeze_card(actor: Actor, card_no: int) -> CardOutcome:
    """Freeze the card. Card.DoesNotExist for an unknown number."""
    card = locked(card_no)
    outcome = judge(Step.FREEZE, card)
    if outcome is CardOutcome.DONE:
        put(actor, card, Step.FREEZE, CardState.FROZEN)
    return outcome
