"""Keep a person's photo: taken by a desk's camera, or uploaded."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.secrets import key_ring
from onecard.people.models import Person, Photo
from onecard.people.particulars import photo_place
from onecard.people.photos import standard_photo
from onecard.people.types import PhotoFile, PhotoOutcome


@action("people.store_photo")
def store_photo(actor: Actor, person_id: int, *, file: PhotoFile) -> PhotoOutcome:
    """Make a photo of the standard size of the picture and keep it, sealed, in place of an older one.

    Refused when it is no JPEG or PNG, too big or too small. Person.DoesNotExist for an unknown person.
    """
    return keep_photo(Person.objects.get(pk=person_id).pk, file.content)


def keep_photo(person_id: int, content: bytes) -> PhotoOutcome:
    """The step that one photo and a batch of them share."""
    photo = standard_photo(content)
    if isinstance(photo, PhotoOutcome):
        return photo
    sealed = key_ring().seal(photo, place=photo_place(person_id))
    Photo.objects.update_or_create(person_id=person_id, defaults={"content": sealed, "taken_at": clock.now()})
    return PhotoOutcome.DONE
