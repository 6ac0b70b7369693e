"""Pages of their own: what is private in full, the photo, the camera."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from onecard.access.action import is_refusal
from onecard.access.pages import Deed
from onecard.access.types import Actor
from onecard.kernel.pages import names_and_values
from onecard.people.actions.reveal_particulars import reveal_particulars
from onecard.people.actions.show_photo import show_photo
from onecard.people.actions.store_photo import store_photo
from onecard.people.models import Person
from onecard.people.person_deeds import FIELD_WORDS, SAYS
from onecard.people.photos import SIZE
from onecard.people.types import PersonOutcome, PhotoFile, PhotoOutcome

PHOTO_SAYS = {
    PhotoOutcome.DONE: _("The photo is kept."),
    PhotoOutcome.REFUSED_TOO_BIG: _("The picture is too big: at most 10 MB."),
    PhotoOutcome.REFUSED_NOT_A_PHOTO: _("This is not a JPEG or PNG picture, or it is damaged."),
    PhotoOutcome.REFUSED_TOO_SMALL: _("The picture is too small: at least 179 × 220."),
    PhotoOutcome.REFUSED_UNMATCHED: _("Nobody has a number like this."),
}


def _actor(request: HttpRequest) -> Actor:
    return Actor.of(request.user)  # type: ignore[arg-type]


def reveal_page(request: HttpRequest, person: Person, *, deed: Deed, context: dict[str, Any]) -> HttpResponse:
    """Ask why, then show what is private on the answer itself."""
    form = deed.form_for(person, answers=request.POST if request.method == "POST" else None)
    if request.method != "POST" and not request.user.has_perm(deed.name):
        raise PermissionDenied
    page = {**context, "title": deed.title, "deed": deed, "form": form}
    if request.method == "POST" and form.is_valid():
        found = reveal_particulars(_actor(request), person.pk, reason=form.cleaned_data["reason"])
        if found.outcome is PersonOutcome.DONE:
            shown = {name: getattr(found, name) or None for name in ("id_number", "phone", "account_no")}
            page["shown"] = names_and_values(shown, words=FIELD_WORDS)
            return TemplateResponse(request, "people/revealed.html", page)
        messages.error(request, SAYS[found.outcome])
    return TemplateResponse(request, "onecard/deed.html", page)


def photo_response(request: HttpRequest, person: Person) -> HttpResponse:
    """The photo as it is; 404 when there is none."""
    found = show_photo(_actor(request), person.pk)
    if found.outcome is not PhotoOutcome.DONE:
        raise Http404
    return HttpResponse(found.content, content_type="image/jpeg")


def camera_page(request: HttpRequest, person: Person, *, deed: Deed, context: dict[str, Any]) -> HttpResponse:
    """Take a picture with the desk's camera, or choose a file; the browser crops, the server makes the standard size."""
    if request.method != "POST" and not request.user.has_perm(deed.name):
        raise PermissionDenied
    upload = request.FILES.get("photo")
    if request.method == "POST" and upload is not None:
        outcome = store_photo(_actor(request), person.pk, file=PhotoFile(upload.name or "", upload.read()))
        if not is_refusal(outcome):
            messages.success(request, PHOTO_SAYS[outcome])
            return redirect(context["back"])
        messages.error(request, PHOTO_SAYS[outcome])
    return TemplateResponse(request, "people/camera.html", {**context, "title": deed.title, "width": SIZE[0], "height": SIZE[1]})
