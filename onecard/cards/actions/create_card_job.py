"""制卡任务: give each person of a list a card number, to be encoded, printed and checked (clause P4-4.1)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, CardJob, JobCard, TestCard
from onecard.cards.types import CardKind, CardState, JobOutcome, JobState
from onecard.kernel import clock, sql

MAX_CARDS = 10_000


@dataclasses.dataclass(frozen=True, slots=True)
class JobMade:
    """What became of it: the job, how many cards it has, and how many people were left out."""

    outcome: JobOutcome
    job_id: int | None = None
    cards: int = 0
    left_out: int = 0


@action("cards.create_card_job")
def create_card_job(
    actor: Actor, title: str, *, person_ids: Sequence[int], kind: CardKind = CardKind.FORMAL, expires_on: date | None = None
) -> JobMade:
    """Queue a card for each person, in the order given; at most MAX_CARDS (ValueError).

    Left out: who has a good card of this kind, or one in the making. Refused when nobody is left.
    """
    if len(person_ids) > MAX_CARDS:
        raise ValueError(f"at most {MAX_CARDS} cards a job, {len(person_ids)} given")
    sql.call("select pg_advisory_xact_lock('cards_cardjob'::regclass::oid::bigint)")
    without = _without_card(list(dict.fromkeys(person_ids)), kind=kind)
    if not without:
        return JobMade(JobOutcome.REFUSED_NOBODY, left_out=len(person_ids))
    now, name = clock.now(), actor.name
    job = CardJob.objects.create(title=title, kind=kind, expires_on=expires_on, created_by=name, created_at=now)
    numbers = new_card_nos(len(without))
    JobCard.objects.bulk_create(
        [
            JobCard(job=job, person_id=person_id, card_no=card_no, changed_at=now, changed_by=name)
            for person_id, card_no in zip(without, numbers, strict=True)
        ],
        batch_size=1_000,
    )
    return JobMade(JobOutcome.DONE, job.pk, cards=len(without), left_out=len(person_ids) - len(without))


def _without_card(person_ids: Sequence[int], *, kind: CardKind) -> list[int]:
    held = Card.objects.filter(person_id__in=person_ids, kind=kind).exclude(state=CardState.CANCELLED)
    begun = JobCard.objects.filter(person_id__in=person_ids, job__kind=kind, state__lt=JobState.CHECKED)
    served = {*held.values_list("person_id", flat=True), *begun.values_list("person_id", flat=True)}
    return [person_id for person_id in person_ids if person_id not in served]


def new_card_nos(count: int) -> list[int]:
    """So many card numbers that no card, test card or card in the making has or had."""
    free: list[int] = []
    while len(free) < count:
        rows = sql.call("select nextval('cards_card_no') from generate_series(1, %b::integer)", [count - len(free)])
        drawn = [number for (number,) in rows]
        taken = {
            number
            for model in (Card, TestCard, JobCard)
            for number in model.objects.filter(card_no__in=drawn).values_list("card_no", flat=True)
        }
        free += [number for number in drawn if number not in taken]
    return free
