"""Register one person (clause M02: collect and keep the particulars of staff and students)."""

from __future__ import annotations

import dataclasses
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people import rules
from onecard.people.actions.keep_private import checked, keep_private
from onecard.people.actions.lock_people import lock_people
from onecard.people.actions.register_people import register_people
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonOutcome, PersonState, Private


@action("people.register_person", subject=lambda newcomer: rules.normalised_code(newcomer.person_no))
def register_person(
    actor: Actor,
    newcomer: NewPerson,
    *,
    id_number: str = "",
    phone: str = "",
    born_on: date | None = None,
    family_of: str = "",
) -> PersonOutcome:
    """Register the person with an empty cash purse. `family_of` is the number of whom a member of a family belongs to.

    Refused: a number or name that is none, a number that is taken, wrong private values, an identity number that somebody else
    has (look there first: it may be the same person), and a family of nobody present.
    """
    lock_people()
    newcomer = dataclasses.replace(
        newcomer,
        person_no=rules.normalised_code(newcomer.person_no),
        full_name=rules.normalised_name(newcomer.full_name),
        unit=rules.normalised(newcomer.unit),
    )
    private, refusal = checked(Private(id_number, phone, born_on))
    head = Person.objects.filter(person_no=family_of, state=PersonState.PRESENT).first() if family_of else None
    refusals = (
        (not rules.is_person_no(newcomer.person_no), PersonOutcome.REFUSED_NUMBER),
        (not rules.is_name(newcomer.full_name), PersonOutcome.REFUSED_NAME),
        (Person.objects.filter(person_no=newcomer.person_no).exists(), PersonOutcome.REFUSED_NUMBER_TAKEN),
        (refusal is not None, refusal),
        (bool(family_of) and head is None, PersonOutcome.REFUSED_FAMILY),
    )
    for applies, outcome in refusals:
        if applies and outcome is not None:
            return outcome
    [person] = register_people([newcomer])
    if head is not None:
        Person.objects.filter(pk=person.pk).update(family_of=head)
    if private != Private():
        keep_private(person.pk, private)
    return PersonOutcome.DONE
