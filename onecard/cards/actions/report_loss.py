"""挂失: report a card lost (clause S06: at any hour)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card
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
        card.state_before_loss = card.state
        card.state, card.loss_reported_at = CardState.LOST, at or clock.now()
        card.loss_version = _next_blacklist_version()
        card.save()
    return outcome


def _next_blacklist_version() -> int:
    with connection.cursor() as cursor:
        # Held until commit, so that versions become visible in their order: who has version 6 knows the cards of version 5.
        cursor.execute("select pg_advisory_xact_lock('cards_blacklist_version'::regclass::oid::bigint)")
        cursor.execute("select nextval('cards_blacklist_version')")
        return int(cursor.fetchone()[0])
