"""Register one person (clause M02: collect and keep the particulars of staff and students)."""

from __future__ import annotations

import enum

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.actions.register_people import register_people
from onecard.people.models import Person
from onecard.people.types import NewPerson


class RegisterOutcome(enum.Enum):
    """What became of the registration."""

    DONE = "done"
    REFUSED_NUMBER_TAKEN = "number taken"


@action("people.register_person")
def register_person(actor: Actor, newcomer: NewPerson) -> RegisterOutcome:
    """Register the person with an empty cash purse; refused when the number is taken."""
    if Person.objects.filter(person_no=newcomer.person_no).exists():
        return RegisterOutcome.REFUSED_NUMBER_TAKEN
    register_people([newcomer])
    return RegisterOutcome.DONE
