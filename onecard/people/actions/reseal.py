"""Seal private values anew with the newest key, after a key was added (kernel/secrets.py)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from django.db.models import Model

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.secrets import KeyRing, key_number, key_ring
from onecard.people.models import BankAccount, Particulars, Person, Photo
from onecard.people.particulars import ID_NUMBER, PHONE, account_place, photo_place, place_of

BATCH = 500
SEALED: tuple[tuple[type[Model], str, Callable[[int], str]], ...] = (
    (Particulars, ID_NUMBER, functools.partial(place_of, column=ID_NUMBER)),
    (Particulars, PHONE, functools.partial(place_of, column=PHONE)),
    (Photo, "content", photo_place),
    (BankAccount, "account_no", account_place),
)
"""Every sealed column, and for which place its value is sealed by the person's id."""


@action("people.reseal", subject=lambda person_ids: f"{len(person_ids)} people")
def reseal(actor: Actor, person_ids: list[int]) -> int:
    """Seal what an older key sealed of these people with the newest one; how many values that were. Again, it changes nothing."""
    ring, done = key_ring(), 0
    for model, column, place_for in SEALED:
        for row in model._default_manager.select_for_update(no_key=True).filter(person_id__in=person_ids).order_by("pk"):
            value, place = getattr(row, column), place_for(row.person_id)  # type: ignore[attr-defined]
            if _is_old(value, ring=ring):
                setattr(row, column, ring.seal(ring.open(value, place=place), place=place))
                row.save(update_fields=[column])
                done += 1
    return done


def reseal_all(actor: Actor) -> Iterator[tuple[int, int]]:
    """Do it for everybody, a batch a transaction, and yield (people done, people in all): what is interrupted is run again."""
    people = Person.objects.order_by("pk").values_list("pk", flat=True)
    total, done, last = people.count(), 0, 0
    while ids := list(people.filter(pk__gt=last)[:BATCH]):
        reseal(actor, ids)
        done, last = done + len(ids), ids[-1]
        yield done, total


def _is_old(value: bytes | memoryview | None, *, ring: KeyRing) -> bool:
    return value is not None and key_number(bytes(value)) != ring.newest
