"""解挂: a lost card was found again (clause M03)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step


@action("cards.withdraw_loss_report")
def withdraw_loss_report(actor: Actor, card_no: int) -> CardOutcome:
    """The card is again what it was before: usable, or frozen still. What it bought while reported lost stays as booked.

    Card.DoesNotExist for an unknown number.
    """
    card = locked(card_no)
    outcome = judge(Step.WITHDRAW_LOSS, card)
    if outcome is CardOutcome.DONE:
        before = CardState(card.state_before_loss or CardState.ACTIVE)
        put(actor, card, Step.WITHDRAW_LOSS, before, state_before_loss=None, loss_reported_at=None, loss_version=None)
    return outcome
