"""Change what is known of one person, with a reason (clause M02)."""

from __future__ import annotations

import dataclasses
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.people import rules
from onecard.people.actions.keep_private import checked, keep_private
from onecard.people.actions.lock_people import lock_people
from onecard.people.models import Person, PersonChange
from onecard.people.pinyin import pinyin_of
from onecard.people.types import NewPerson, PersonOutcome, PersonState, Private


@action("people.change_person")
def change_person(
    actor: Actor,
    person_id: int,
    *,
    now: NewPerson,
    reason: str,
    id_number: str = "",
    phone: str = "",
    born_on: date | None = None,
    family_of: str = "",
) -> PersonOutcome:
    """Write the person's particulars as they are now; empty private values leave what is there. Keeps what was so, and why.

    The number may change (a graduate who stays as a postgraduate): purses and cards stay. Refusals as in `register_person`, and
    without a reason, and for a record that is merged into another. Person.DoesNotExist for an unknown person.
    """
    lock_people()
    person = Person.objects.select_for_update().get(pk=person_id)
    wanted = dataclasses.replace(
        now,
        person_no=rules.normalised_code(now.person_no),
        full_name=rules.normalised_name(now.full_name),
        unit=rules.normalised(now.unit),
    )
    private, private_refusal = checked(Private(id_number, phone, born_on), person_id=person.pk)
    head = Person.objects.filter(person_no=family_of, state=PersonState.PRESENT).exclude(pk=person.pk).first()
    refusal = _refusal(person, wanted, reason=reason) or private_refusal
    if refusal is None and family_of and head is None:
        refusal = PersonOutcome.REFUSED_FAMILY
    if refusal is not None:
        return refusal
    before = {**_write(person, wanted, head=head), **keep_private(person.pk, private)}
    if not before:
        return PersonOutcome.REPEATED
    note_change(person.pk, actor=actor, reason=reason, before=before)
    return PersonOutcome.DONE


def note_change(person_id: int, *, actor: Actor, reason: str, before: dict[str, str]) -> None:
    """Add to the person's history what was so before, who changed it and why."""
    PersonChange.objects.create(
        person_id=person_id, changed_at=clock.now(), changed_by=actor.name, reason=reason.strip(), before=before
    )


def _refusal(person: Person, wanted: NewPerson, *, reason: str) -> PersonOutcome | None:
    others = Person.objects.filter(person_no=wanted.person_no).exclude(pk=person.pk)
    refusals = (
        (not reason.strip(), PersonOutcome.REFUSED_NO_REASON),
        (person.state == PersonState.MERGED, PersonOutcome.REFUSED_MERGED),
        (not rules.is_person_no(wanted.person_no), PersonOutcome.REFUSED_NUMBER),
        (not rules.is_name(wanted.full_name), PersonOutcome.REFUSED_NAME),
        (others.exists(), PersonOutcome.REFUSED_NUMBER_TAKEN),
    )
    return next((outcome for applies, outcome in refusals if applies), None)


def _write(person: Person, wanted: NewPerson, *, head: Person | None) -> dict[str, str]:
    """Save the columns that differ; what stood there before."""
    columns = {**dataclasses.asdict(wanted), "family_of_id": head.pk if head else None}
    columns["kind"] = str(wanted.kind.value)
    before = {name: _text(getattr(person, name)) for name, value in columns.items() if getattr(person, name) != value}
    if before:
        columns["pinyin"], columns["initials"] = pinyin_of(wanted.full_name)
        Person.objects.filter(pk=person.pk).update(**columns)
    if "family_of_id" in before:
        before["family_of"] = str(person.family_of.person_no) if person.family_of else ""
        del before["family_of_id"]
    return before


def _text(value: object) -> str:
    return "" if value is None else str(value)
