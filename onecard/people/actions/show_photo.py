"""Show a person's photo; the audit log says who looked (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.secrets import key_ring
from onecard.people.models import Photo
from onecard.people.particulars import photo_place
from onecard.people.types import PhotoOutcome, Shown


@action("people.show_photo")
def show_photo(actor: Actor, person_id: int) -> Shown:
    """The photo as JPEG; refused when there is none."""
    photo = Photo.objects.filter(pk=person_id).first()
    if photo is None:
        return Shown(PhotoOutcome.REFUSED_NOTHING)
    return Shown(PhotoOutcome.DONE, key_ring().open(photo.content, place=photo_place(person_id)))
