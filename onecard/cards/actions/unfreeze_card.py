"""解冻: let a frozen card buy again."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardOutcome, CardState


@action("cards.unfreeze_card")
def unfreeze_card(actor: Actor, card_no: int) -> CardOutcome:
    """Unfreeze the card. Card.DoesNotExist for an unknown number."""
    card = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    outcome = rules.may_unfreeze(CardState(card.state))
    if outcome is CardOutcome.DONE:
        put(card, state=CardState.ACTIVE)
    return outcome
