"""离校名单: who leaves; from the roster's left people or a list of numbers (clause S7.1)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.types import MAX_LEAVERS, LeaverOutcome
from onecard.people.models import Person


@dataclasses.dataclass(frozen=True, slots=True)
class Listed:
    """What became of it: the batch, how many are in it, how many were left out."""

    outcome: LeaverOutcome
    batch_id: int | None = None
    people: int = 0
    left_out: int = 0


@action("leavers.list_leavers")
def list_leavers(actor: Actor, title: str, *, person_ids: Sequence[int]) -> Listed:
    """Open a batch of these people; at most MAX_LEAVERS (ValueError). Left out: who was on a batch before."""
    if len(person_ids) > MAX_LEAVERS:
        raise ValueError(f"at most {MAX_LEAVERS} leavers a batch, {len(person_ids)} given")
    return open_batch(actor, title, person_ids=person_ids, given=len(person_ids))


def open_batch(actor: Actor, title: str, *, person_ids: Sequence[int], given: int) -> Listed:
    """The step that both ways to a batch share; `given` is how many were asked for."""
    wanted = list(dict.fromkeys(person_ids))
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True)
    there = set(locked) - set(Leaver.objects.filter(person_id__in=wanted).values_list("person_id", flat=True))
    people = [pk for pk in wanted if pk in there]
    if not people:
        return Listed(LeaverOutcome.REFUSED_NOBODY, left_out=given)
    now = clock.now()
    batch = LeaverBatch.objects.create(title=title, created_by=actor.name, created_at=now)
    Leaver.objects.bulk_create([Leaver(batch=batch, person_id=pk, changed_at=now) for pk in people], batch_size=1_000)
    return Listed(LeaverOutcome.DONE, batch.pk, people=len(people), left_out=given - len(people))
