"""打印: the encoded cards of a job go to the printer."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import JobCard
from onecard.cards.types import JobOutcome, JobState
from onecard.kernel import clock


@action("cards.print_job_cards")
def print_job_cards(actor: Actor, job_id: int) -> JobOutcome:
    """Mark all encoded cards of the job as printed; the sheet is on the job's page (layout.py)."""
    encoded = JobCard.objects.filter(job_id=job_id, state=JobState.ENCODED)
    count = encoded.update(state=JobState.PRINTED, changed_at=clock.now(), changed_by=actor.name)
    return JobOutcome.DONE if count else JobOutcome.REFUSED_NOT_YET
