"""The next card of a job goes to the encoder."""

from __future__ import annotations

import dataclasses

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import JobCard
from onecard.cards.stock import MAKING_BLANKS, has
from onecard.cards.types import JobOutcome, JobState
from onecard.kernel import clock


@dataclasses.dataclass(frozen=True, slots=True)
class Begun:
    """What became of it, and the number to encode; none when the job has nothing queued."""

    outcome: JobOutcome
    card_no: int | None = None


ON_A_BLANK = (JobState.ENCODING, JobState.ENCODED, JobState.PRINTED)
"""In these states a card of a job has a blank, which the stock book still counts among the blanks."""


@action("cards.begin_encoding")
def begin_encoding(actor: Actor, job_id: int) -> Begun:
    """Mark the job's next queued card as being at the encoder; committed before the encoder is asked, so none is done twice.

    Two encoders on one job get different cards. Refused when no blank card is left.
    """
    queued = JobCard.objects.select_for_update(skip_locked=True).filter(job_id=job_id, state=JobState.QUEUED)
    item = queued.order_by("pk").first()
    if item is None:
        return Begun(JobOutcome.DONE)
    in_use = JobCard.objects.filter(state__in=ON_A_BLANK).count()
    if not has(MAKING_BLANKS, in_use + 1):
        return Begun(JobOutcome.REFUSED_NO_STOCK)
    mark(actor, item, JobState.ENCODING)
    return Begun(JobOutcome.DONE, item.card_no)


def mark(actor: Actor, item: JobCard, state: JobState, *, note: str = "", chip_no: str = "") -> None:
    """Bring the locked card of a job into this state."""
    item.state, item.changed_at, item.changed_by, item.note = state, clock.now(), actor.name, note
    item.chip_no = chip_no or item.chip_no
    item.save(update_fields=["state", "changed_at", "changed_by", "note", "chip_no"])
