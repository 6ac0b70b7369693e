"""End a subscription."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.reports.models import Subscription
from onecard.reports.types import ReportOutcome


@action("reports.unsubscribe")
def unsubscribe(actor: Actor, subscription_id: int) -> ReportOutcome:
    """Send nothing more; what was sent stays on record."""
    open_ones = Subscription.objects.filter(pk=subscription_id, ended_at=None)
    ended = open_ones.update(ended_at=clock.now(), ended_by=actor.name)
    return ReportOutcome.DONE if ended else ReportOutcome.REPEATED
