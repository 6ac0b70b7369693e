"""启用: make an issued card usable (clause S02)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardOutcome, CardState
from onecard.kernel import clock


@action("cards.activate_card")
def activate_card(actor: Actor, card_no: int) -> CardOutcome:
    """Activate the card. Card.DoesNotExist for an unknown number."""
    card = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    outcome = rules.may_activate(CardState(card.state))
    if outcome is CardOutcome.DONE:
        put(card, state=CardState.ACTIVE, activated_at=clock.now())
    return outcome
