"""挂失: report a card lost (clause S06: at any hour)."""

from __future__ import annotations

from datetime import datetime

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardOutcome, CardState, Step
from onecard.kernel import clock


@action("cards.report_loss")
def report_loss(actor: Actor, card_no: int, *, at: datetime | None = None) -> CardOutcome:
    """Block the card from this moment and put it on the next blacklist version. Card.DoesNotExist for an unknown number.

    Online it takes effect at once, at a terminal with the blacklist version that names the card; losses before are the holder's.
    """
    card = locked(card_no)
    outcome = judge(Step.REPORT_LOSS, card)
    if outcome is CardOutcome.DONE:
        before, reported_at = card.state, at or clock.now()
        put(actor, card, Step.REPORT_LOSS, CardState.LOST, state_before_loss=before, loss_reported_at=reported_at)
    return outcome
