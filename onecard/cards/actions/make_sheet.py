"""The sheet for the card printer: names, numbers and photos of a job's people leave the system, so it is written who had them."""

from __future__ import annotations

import dataclasses

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.layout import pdf_of, waiting_for_the_printer
from onecard.cards.models import CardJob
from onecard.people.queries import photos_of


@dataclasses.dataclass(frozen=True, slots=True)
class PrinterSheet:
    """The PDF, a page a card, and how many of them have a photo."""

    pdf: bytes
    cards: int
    photos: int


@action("cards.make_sheet")
def make_sheet(actor: Actor, job_id: int) -> PrinterSheet:
    """Lay out the job's cards that are encoded or printed and not yet checked. CardJob.DoesNotExist for an unknown job."""
    job = CardJob.objects.get(pk=job_id)
    items = waiting_for_the_printer(job)
    photos = photos_of([item.person_id for item in items])
    return PrinterSheet(pdf_of(items, job=job, photos=photos), cards=len(items), photos=len(photos))
