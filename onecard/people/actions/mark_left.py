"""离校: a person left the university (clause S7: leavers)."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.actions.change_person import note_change
from onecard.people.actions.lock_people import lock_people
from onecard.people.models import Person
from onecard.people.types import PersonOutcome, PersonState


@action("people.mark_left")
def mark_left(actor: Actor, person_id: int, *, left_on: date, reason: str) -> PersonOutcome:
    """Note that the person left on this day; cards and purses stay until the card office closes them.

    Refused without a reason and for a merged record; REPEATED for who left already. Person.DoesNotExist for an unknown person.
    """
    lock_people()
    person = Person.objects.select_for_update(no_key=True).get(pk=person_id)
    if not reason.strip():
        return PersonOutcome.REFUSED_NO_REASON
    if person.state == PersonState.MERGED:
        return PersonOutcome.REFUSED_MERGED
    if person.state == PersonState.LEFT:
        return PersonOutcome.REPEATED
    Person.objects.filter(pk=person.pk).update(state=PersonState.LEFT, left_on=left_on)
    note_change(person.pk, actor=actor, reason=reason, before={"state": str(person.state)})
    return PersonOutcome.DONE
