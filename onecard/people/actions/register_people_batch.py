"""Register many people at once without a roster: what the simulated campus and imported till journals need."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.actions.lock_people import lock_people
from onecard.people.actions.register_people import register_people
from onecard.people.models import Person
from onecard.people.types import NewPerson

MAX_PEOPLE = 1_000


@action("people.register_people_batch", subject=lambda people: f"{len(people)} people")
def register_people_batch(actor: Actor, people: Sequence[NewPerson]) -> int:
    """Register those whose number nobody has yet and return how many that were; at most MAX_PEOPLE at once, each number once.

    The same people again change nothing. No post holds it: who people are is said by rosters, which a second person confirms.
    """
    numbers = {one.person_no for one in people}
    if len(people) > MAX_PEOPLE or len(numbers) < len(people):
        raise ValueError(f"at most {MAX_PEOPLE} people a call, each number once; {len(people)} given")
    lock_people()
    known = set(Person.objects.filter(person_no__in=numbers).values_list("person_no", flat=True))
    return len(register_people([one for one in people if one.person_no not in known]))
