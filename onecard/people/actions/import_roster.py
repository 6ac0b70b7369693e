"""Bring people up to date with a roster (clause M02)."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import sql
from onecard.people.actions.register_people import register_people
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonState, RosterCounts

MAX_PEOPLE = 1_000


@action("people.import_roster", subject=lambda people: f"{len(people)} people")
def import_roster(actor: Actor, people: Sequence[NewPerson]) -> RosterCounts:
    """Register who is new and update who changed; at most MAX_PEOPLE at once, each number once (ValueError).

    The same people again change nothing. Who is not named stays as they are; someone who had left is present again.
    """
    if len(people) > MAX_PEOPLE or len({one.person_no for one in people}) < len(people):
        raise ValueError(f"at most {MAX_PEOPLE} people a call, each number once; {len(people)} given")
    sql.call("select pg_advisory_xact_lock('people_person'::regclass::oid::bigint)")
    new, changed, counts = _compare(people)
    register_people(new)
    Person.objects.bulk_update(changed, ["full_name", "kind", "unit", "state"], batch_size=MAX_PEOPLE)
    return counts


def preview_roster(people: Sequence[NewPerson]) -> RosterCounts:
    """What `import_roster` would do now; changes nothing."""
    return _compare(people)[2]


def _compare(people: Sequence[NewPerson]) -> tuple[list[NewPerson], list[Person], RosterCounts]:
    known = {one.person_no: one for one in Person.objects.filter(person_no__in=[one.person_no for one in people])}
    new = [one for one in people if one.person_no not in known]
    changed = [
        _updated(known[one.person_no], wanted=one)
        for one in people
        if one.person_no in known and _differs(known[one.person_no], wanted=one)
    ]
    counts = RosterCounts(new=len(new), changed=len(changed), unchanged=len(people) - len(new) - len(changed))
    return new, changed, counts


def _differs(person: Person, *, wanted: NewPerson) -> bool:
    present = (person.full_name, person.kind, person.unit, person.state)
    return present != (wanted.full_name, wanted.kind, wanted.unit, PersonState.PRESENT)


def _updated(person: Person, *, wanted: NewPerson) -> Person:
    person.full_name, person.kind, person.unit = wanted.full_name, wanted.kind, wanted.unit
    person.state = PersonState.PRESENT
    return person
