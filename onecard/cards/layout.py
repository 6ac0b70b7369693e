"""The print layout of cards: a PDF for the card printer, a CR80 page a card, by typst from values alone."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import segno
import typst
from django.utils.translation import gettext as _

from onecard.cards.models import CardJob, JobCard
from onecard.cards.types import CardKind, JobState

MOST_CARDS = 500
"""The most cards on one sheet; a larger job is printed in several runs, as cards come from the encoder."""
TEMPLATE = Path(__file__).with_name("card.typ")


def waiting_for_the_printer(job: CardJob) -> list[JobCard]:
    """The job's cards that are encoded or printed and not yet checked."""
    waiting = job.items.filter(state__in=(JobState.ENCODED, JobState.PRINTED)).select_related("person")
    return list(waiting.order_by("pk")[:MOST_CARDS])


def pdf_of(items: Sequence[JobCard], *, job: CardJob, photos: Mapping[int, bytes]) -> bytes:
    """A page for each card, in the order given; an empty page when there are none.

    `photos` are JPEG or PNG files by person id; who has none gets a frame that says so.
    """
    with tempfile.TemporaryDirectory(prefix="onecard-cards-") as name:
        folder = Path(name)
        values = [_values(item, job=job, folder=folder, photo=photos.get(item.person_id)) for item in items]
        (folder / "cards.json").write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        (folder / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        made: bytes = typst.compile(folder / TEMPLATE.name, root=folder)
    return made


def _values(item: JobCard, *, job: CardJob, folder: Path, photo: bytes | None) -> dict[str, Any]:
    person, until = item.person, job.expires_on
    code = f"{item.card_no}.svg"
    segno.make(str(item.card_no), error="m", micro=False).save(str(folder / code), border=0, scale=4)
    return {
        "centre": _("Campus card"),
        "kind": job.kind,
        "kind_name": str(CardKind(job.kind).label),
        "name": person.full_name,
        "person_no": person.person_no,
        "unit": person.unit,
        "card_no": f"{item.card_no:010d}",
        "until": None if until is None else _("valid until %(day)s") % {"day": until.isoformat()},
        "code": code,
        "photo": None if photo is None else _kept(photo, folder / f"{item.card_no}.photo"),
        "no_photo": _("no photo"),
    }


def _kept(photo: bytes, path: Path) -> str:
    """The photo as a file whose name says its format, as typst wants it."""
    kept = path.with_suffix(".png" if photo.startswith(b"\x89PNG") else ".jpg")
    kept.write_bytes(photo)
    return kept.name
