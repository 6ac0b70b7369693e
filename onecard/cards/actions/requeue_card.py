"""A card of a job that never reached the encoder goes back into the queue with its number."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.begin_encoding import mark
from onecard.cards.models import JobCard
from onecard.cards.types import JobOutcome, JobState


@action("cards.requeue_card")
def requeue_card(actor: Actor, card_no: int) -> JobOutcome:
    """Queue it again; only for a number that the encoder never began to write. JobCard.DoesNotExist for an unknown number."""
    item = JobCard.objects.select_for_update().get(card_no=card_no)
    if item.state == JobState.QUEUED:
        return JobOutcome.REPEATED
    if item.state != JobState.ENCODING:
        return JobOutcome.REFUSED_OVER
    mark(actor, item, JobState.QUEUED)
    return JobOutcome.DONE
