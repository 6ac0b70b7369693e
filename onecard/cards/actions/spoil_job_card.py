"""废卡: a card of a job is no good; its blank is scrapped and another card with another number takes its place."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.begin_encoding import mark
from onecard.cards.actions.create_card_job import new_card_nos
from onecard.cards.models import JobCard
from onecard.cards.stock import MAKING_BLANKS, SCRAPPED_BLANKS, move
from onecard.cards.types import JobOutcome, JobState, Movement
from onecard.kernel import clock


@action("cards.spoil_job_card")
def spoil_job_card(actor: Actor, card_no: int, *, reason: str) -> JobOutcome:
    """Give the card up, whatever was written on it: its number never comes again. JobCard.DoesNotExist for an unknown number.

    Refused before the encoder had it, and after it was checked: then the card itself is scrapped (scrap_card).
    """
    item = JobCard.objects.select_for_update().get(card_no=card_no)
    if item.state == JobState.SPOILED:
        return JobOutcome.REPEATED
    if item.state == JobState.CHECKED:
        return JobOutcome.REFUSED_OVER
    if item.state == JobState.QUEUED:
        return JobOutcome.REFUSED_NOT_YET
    if move(actor, Movement.SCRAPPED, source=MAKING_BLANKS, to=SCRAPPED_BLANKS, count=1, note=str(card_no)) is None:
        return JobOutcome.REFUSED_NO_STOCK
    mark(actor, item, JobState.SPOILED, note=reason)
    [number] = new_card_nos(1)
    JobCard.objects.create(
        job_id=item.job_id, person_id=item.person_id, card_no=number, changed_at=clock.now(), changed_by=actor.name
    )
    return JobOutcome.DONE
