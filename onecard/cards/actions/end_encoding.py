"""The encoder has written a card of a job."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.begin_encoding import mark
from onecard.cards.models import JobCard
from onecard.cards.types import JobOutcome, JobState


@action("cards.end_encoding")
def end_encoding(actor: Actor, card_no: int, *, chip_no: str) -> JobOutcome:
    """Keep the chip's number: the card is encoded and waits for the printer. JobCard.DoesNotExist for an unknown number."""
    item = JobCard.objects.select_for_update().get(card_no=card_no)
    if item.state >= JobState.ENCODED:
        return JobOutcome.REPEATED if item.chip_no == chip_no else JobOutcome.REFUSED_OVER
    if item.state != JobState.ENCODING:
        return JobOutcome.REFUSED_NOT_YET
    mark(actor, item, JobState.ENCODED, chip_no=chip_no)
    return JobOutcome.DONE
