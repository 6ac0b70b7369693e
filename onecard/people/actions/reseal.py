"""Seal private values anew with the newest key, after a key was added (kernel/secrets.py)."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.secrets import KeyRing, key_number, key_ring
from onecard.people.models import Particulars, Photo
from onecard.people.particulars import ID_NUMBER, PHONE, photo_place, place_of

BATCH = 500
COLUMNS: tuple[tuple[type[Model], tuple[str, ...]], ...] = ((Particulars, (ID_NUMBER, PHONE)), (Photo, ("content",)))


@action("people.reseal", subject=lambda person_ids: f"{len(person_ids)} people")
def reseal(actor: Actor, person_ids: list[int]) -> int:
    """Seal what an older key sealed of these people with the newest one; how many values that were. Again, it changes nothing."""
    ring, done = key_ring(), 0
    for model, columns in COLUMNS:
        for row in model._default_manager.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk"):
            old = [column for column in columns if _is_old(getattr(row, column), ring=ring)]
            for column in old:
                place = photo_place(row.pk) if model is Photo else place_of(row.pk, column)
                setattr(row, column, ring.seal(ring.open(getattr(row, column), place=place), place=place))
            if old:
                row.save(update_fields=old)
            done += len(old)
    return done


def reseal_all(actor: Actor) -> Iterator[tuple[int, int]]:
    """Do it for everybody, a batch a transaction, and yield (people done, people in all): what is interrupted is run again."""
    total, done, last = Particulars.objects.count() + Photo.objects.count(), 0, 0
    for model in (Particulars, Photo):
        last = 0
        while ids := list(model._default_manager.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            reseal(actor, ids)
            done, last = done + len(ids), ids[-1]
            yield done, total


def _is_old(value: bytes | memoryview | None, *, ring: KeyRing) -> bool:
    return value is not None and key_number(bytes(value)) != ring.newest
