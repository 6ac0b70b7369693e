"""Encode the queued cards of a job, one after the other; killed at any moment, it goes on where it was when run again."""

from __future__ import annotations

from collections.abc import Iterator

from onecard.access.types import Actor
from onecard.cards.actions.begin_encoding import begin_encoding
from onecard.cards.actions.end_encoding import end_encoding
from onecard.cards.actions.requeue_card import requeue_card
from onecard.cards.actions.spoil_job_card import spoil_job_card
from onecard.cards.encoder import Encoder, EncodingFailed
from onecard.cards.models import JobCard
from onecard.cards.types import JobOutcome, JobState


class NoBlanks(Exception):
    """No blank card is left at the card-making centre; the job goes on when some were received."""


def run_card_job(actor: Actor, job_id: int, *, encoder: Encoder) -> Iterator[tuple[int, JobState]]:
    """Encode and yield (number, ENCODED or SPOILED) for each card; each step is an action and a transaction of its own.

    A spoiled card's successor comes last in the queue. For one encoder a job: numbers that an earlier run left at the encoder
    are settled first, by what the encoder remembers.
    """
    yield from _settle_what_was_left(actor, job_id, encoder=encoder)
    while True:
        begun = begin_encoding(actor, job_id)
        if begun.outcome is JobOutcome.REFUSED_NO_STOCK:
            raise NoBlanks
        if begun.card_no is None:
            return
        yield begun.card_no, _encode(actor, begun.card_no, encoder=encoder)


def _encode(actor: Actor, card_no: int, *, encoder: Encoder) -> JobState:
    try:
        chip_no = encoder.write(card_no)
    except EncodingFailed as failure:
        spoil_job_card(actor, card_no, reason=str(failure)[:200] or "encoder failed")
        return JobState.SPOILED
    end_encoding(actor, card_no, chip_no=chip_no)
    return JobState.ENCODED


def _settle_what_was_left(actor: Actor, job_id: int, *, encoder: Encoder) -> Iterator[tuple[int, JobState]]:
    left = JobCard.objects.filter(job_id=job_id, state=JobState.ENCODING).order_by("pk")
    for card_no in list(left.values_list("card_no", flat=True)):
        chip_no = encoder.remembers(card_no)
        if chip_no is None:
            requeue_card(actor, card_no)
        elif chip_no:
            end_encoding(actor, card_no, chip_no=chip_no)
            yield card_no, JobState.ENCODED
        else:
            spoil_job_card(actor, card_no, reason="torn")
            yield card_no, JobState.SPOILED
