"""The page that takes an archive of photos: each is matched by its number, cropped, kept, and said what became of it."""

from __future__ import annotations

import io
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from onecard.access.action import is_refusal
from onecard.access.pages import BoundedFileField, Deed, DeedForm
from onecard.access.types import Actor
from onecard.people.actions.store_photos import MAX_BATCH, store_photos
from onecard.people.pages import PHOTO_SAYS
from onecard.people.photos import ArchiveRefused, batches, photos_of_archive
from onecard.people.types import ArchiveProblem, PhotoOutcome

MOST_PICTURES = 300
"""As many as a page can wait for; more at once go by `onecard import photos`."""
MAX_UPLOAD_BYTES = 100 * 1024 * 1024
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
ARCHIVE_SAYS = {
    ArchiveProblem.NO_ARCHIVE: _("This is not a ZIP archive, or it is damaged: pack the pictures again."),
    ArchiveProblem.LOCKED: _("The archive is locked with a password: pack the pictures without one."),
    ArchiveProblem.EMPTY: _("There is no JPEG or PNG picture in the archive."),
    ArchiveProblem.TOO_MANY: _("There are more than %(most)d pictures in the archive: divide it."),
    ArchiveProblem.TOO_BIG: _("The archive unpacks to more than 500 MB: divide it, or make the pictures smaller."),
}


class PhotosForm(DeedForm):
    """The archive."""

    file = BoundedFileField(
        most_bytes=MAX_UPLOAD_BYTES,
        label=_("file"),
        help_text=_("ZIP, at most 100 MB and 300 pictures (JPEG, PNG), each named by the number: 2026001.jpg, 2026001_name.png"),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )


STORING = Deed(
    "people.store_photos",
    _("Photos by batch"),
    form=PhotosForm,
    explains=_(
        "Every picture is cropped to the standard size and takes the place of an older one. "
        "The same archive again changes nothing."
    ),
)


def photos_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Ask for an archive; answer with a line a picture, those that were refused first."""
    is_sent = request.method == "POST"
    if not request.user.has_perm(STORING.name):
        raise PermissionDenied
    form = STORING.form_for(None, answers=request.POST if is_sent else None, files=request.FILES if is_sent else None)
    page = {**context, "title": STORING.title, "deed": STORING, "form": form, "back": reverse("admin:people_person_changelist")}
    if is_sent and form.is_valid():
        answers, problem = _store(Actor.of(request.user), form.cleaned_data["file"])  # type: ignore[arg-type]
        lines = [(name, PHOTO_SAYS[outcome], is_refusal(outcome)) for name, outcome in answers]
        page |= {
            "lines": sorted(lines, key=lambda line: (not line[2], line[0])),
            "kept": sum(outcome is PhotoOutcome.DONE for _name, outcome in answers),
            "problem": None if problem is None else ARCHIVE_SAYS[problem] % {"most": MOST_PICTURES},
        }
    return TemplateResponse(request, "people/photos.html", page)


def _store(actor: Actor, file: io.BufferedIOBase) -> tuple[list[tuple[str, PhotoOutcome]], ArchiveProblem | None]:
    """What became of each picture, and what is wrong with the archive; what came before a damaged place is kept."""
    answers: list[tuple[str, PhotoOutcome]] = []
    try:
        photos = photos_of_archive(file, name="", most=MOST_PICTURES, most_bytes=MAX_UNPACKED_BYTES)
        for batch in batches(photos, size=MAX_BATCH):
            answers += store_photos(actor, batch)
    except ArchiveRefused as refused:
        return answers, refused.problem
    return answers, None
