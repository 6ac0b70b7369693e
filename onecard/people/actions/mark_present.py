"""A person who had left is back."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.actions.change_person import note_change
from onecard.people.actions.lock_people import lock_people
from onecard.people.models import Person
from onecard.people.types import PersonOutcome, PersonState


@action("people.mark_present")
def mark_present(actor: Actor, person_id: int, *, reason: str) -> PersonOutcome:
    """Note that the person belongs to the university again. Refused without a reason and for a merged record."""
    lock_people()
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    if not reason.strip():
        return PersonOutcome.REFUSED_NO_REASON
    if person.state == PersonState.MERGED:
        return PersonOutcome.REFUSED_MERGED
    if person.state == PersonState.PRESENT:
        return PersonOutcome.REPEATED
    Person.objects.filter(pk=person.pk).update(state=PersonState.PRESENT, left_on=None)
    note_change(person.pk, actor=actor, reason=reason, before={"state": str(person.state), "left_on": str(person.left_on)})
    return PersonOutcome.DONE
