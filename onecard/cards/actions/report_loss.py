"""挂失: report a card lost (clause S06: at any hour)."""

from __future__ import annotations

from datetime import datetime

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
from onecard.cards.standing import put
from onecard.cards.types import CardOutcome, CardState
from onecard.kernel import clock


@action("cards.report_loss")
def report_loss(actor: Actor, card_no: int, *, at: datetime | None = None) -> CardOutcome:
    """Block the card from this moment and put it on the next blacklist version. Card.DoesNotExist for an unknown number.

    Online it takes effect at once, at a terminal with the blacklist version that names the card; losses before are the holder's.
    """
    card = Card.objects.select_for_update(no_key=True).get(card_no=card_no)
    outcome = rules.may_report_loss(CardState(card.state))
    if outcome is CardOutcome.DONE:
        put(card, state=CardState.LOST, state_before_loss=card.state, loss_reported_at=at or clock.now())
    return outcome
