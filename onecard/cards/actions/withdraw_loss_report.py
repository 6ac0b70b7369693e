"""解挂: a lost card was found again (clause M03)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardOutcome, CardState


@action("cards.withdraw_loss_report")
def withdraw_loss_report(actor: Actor, card_no: int) -> CardOutcome:
    """The card is again what it was before: usable, or frozen still. What it bought while reported lost stays as booked.

    Card.DoesNotExist for an unknown number.
    """
    card = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    outcome = rules.may_withdraw_loss_report(CardState(card.state))
    if outcome is CardOutcome.DONE:
        before = CardState(card.state_before_loss or CardState.ACTIVE)
        put(card, state=before, state_before_loss=None, loss_reported_at=None, loss_version=None)
    return outcome
