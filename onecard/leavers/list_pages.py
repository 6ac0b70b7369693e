"""How a batch of leavers begins: numbers typed, who left by the roster, who never came, or a delivered file that is compared."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from onecard.access.pages import Deed, DeedForm, deed_page
from onecard.cards.queries import closed_hand_outs, left_over_cards
from onecard.kernel.csv_lines import FileRefused
from onecard.leavers.actions.list_leavers import list_leavers
from onecard.leavers.actions.list_leavers_by_file import lines_of
from onecard.leavers.comparing import ListReport, compare_list
from onecard.leavers.models import Leaver
from onecard.leavers.reading import read_leavers
from onecard.leavers.showing import report_table
from onecard.leavers.types import MAX_LEAVERS, LeaverOutcome, WantedLeaver
from onecard.people.fields import DeliveredFileField
from onecard.people.queries import left_without, people_with
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.types import DeliveredFile

MOST_HAND_OUTS = 20


class ListForm(DeedForm):
    """Who leaves: the numbers given, who never came for a card, or everybody whom the roster says has left."""

    title = forms.CharField(label=_("title"), max_length=80)
    person_nos = forms.CharField(
        label=_("people's numbers"),
        required=False,
        max_length=200_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=_("One a line. Empty: everybody who has left by the roster and was on no list."),
    )
    hand_out = forms.TypedChoiceField(
        label=_("or who never came for the card"), required=False, coerce=int, empty_value=None, choices=[("", "—")]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        batches = closed_hand_outs(limit=MOST_HAND_OUTS)
        self.fields["hand_out"].choices = [("", "—"), *batches.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With the people's ids."""
        said: dict[str, Any] = super().clean() or {}
        numbers = list(dict.fromkeys(said.get("person_nos", "").replace(",", " ").split()))
        batch = said.get("hand_out")
        if numbers and batch:
            raise ValidationError(_now("Either numbers, or who never came: not both."))
        if batch:
            said["person_ids"] = [one.person_id for one in left_over_cards(batch) if not one.has_another]
        else:
            said["person_ids"] = _people_of(numbers)
        return said


def _people_of(numbers: list[str]) -> list[int]:
    """The ids of these people; without numbers, of who has left and was on no list."""
    if not numbers:
        return left_without(Leaver.objects.values_list("person_id", flat=True), limit=MAX_LEAVERS)
    known = people_with(numbers)
    if missing := [number for number in numbers if number not in known]:
        raise ValidationError(
            {"person_nos": _now("Nobody is registered under: %(numbers)s") % {"numbers": ", ".join(missing[:20])}}
        )
    if len(numbers) > MAX_LEAVERS:
        raise ValidationError({"person_nos": _now("So many people do not go on one list.")})
    return [known[number].pk for number in numbers]


LISTING = Deed(
    "leavers.list_leavers",
    _("List leavers"),
    lambda actor, row, said: list_leavers(actor, said["title"], person_ids=said["person_ids"]),
    form=ListForm,
    says={LeaverOutcome.REFUSED_NOBODY: _("Everybody on the list was on one before, or nobody has left.")},
)


class FileForm(DeedForm):
    """The list as it was delivered."""

    title = forms.CharField(label=_("title"), max_length=80)
    file = DeliveredFileField(
        most_bytes=MAX_ROSTER_BYTES,
        label=_("file"),
        help_text=_("Excel (.xlsx) or CSV (UTF-8, GBK) with the column 学工号, and 姓名 where there is one."),
    )


class ComparedForm(DeedForm):
    """The list that was compared, as it is proposed."""

    title = forms.CharField(max_length=80, widget=forms.HiddenInput)
    file = forms.CharField(max_length=300, widget=forms.HiddenInput)
    people = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    lines = forms.JSONField(widget=forms.HiddenInput)

    def clean_lines(self) -> list[list[Any]]:
        """The lines, each (line, number, name)."""
        try:
            lines = lines_of(self.cleaned_data["lines"])
        except (TypeError, ValueError) as error:
            raise ValidationError(_now("The list is not the one that was compared: upload the file again.")) from error
        if len(lines) > MAX_LEAVERS:
            raise ValidationError(_now("So many people do not go on one list."))
        return [list(dataclasses.astuple(line)) for line in lines]


COMPARING = Deed(
    "leavers.list_leavers_by_file",
    _("Compare"),
    form=FileForm,
    explains=_("The file is compared with the people that we know first. Nothing is listed before a colleague has confirmed it."),
)
PROPOSING = Deed(
    "leavers.list_leavers_by_file",
    _("List leavers by a file"),
    form=ComparedForm,
    needs_approval=True,
    subject=lambda row, said: str(said["title"]),
    payload=lambda said: {name: said[name] for name in ("file", "people", "lines")},
    template="leavers/compared.html",
)


def file_page(request: HttpRequest, *, context: dict[str, Any]) -> HttpResponse:
    """Take a file, show what it comes to, and propose it."""
    if not request.user.has_perm(COMPARING.name):
        raise PermissionDenied
    back = reverse("admin:leavers_leaverbatch_changelist")
    if request.method == "POST" and "lines" in request.POST:
        return deed_page(request, PROPOSING, row=None, back=back, context={**context, "report": _report_again(request)})
    is_sent = request.method == "POST"
    form = COMPARING.form_for(None, answers=request.POST if is_sent else None, files=request.FILES if is_sent else None)
    page = {**context, "title": COMPARING.title, "deed": COMPARING, "form": form, "back": back}
    if is_sent and form.is_valid():
        said = form.cleaned_data
        try:
            return _compared(request, said["title"], said["file"], page=page)
        except FileRefused as refused:
            form.add_error("file", str(refused))
    return TemplateResponse(request, COMPARING.template, page)


def _compared(request: HttpRequest, title: str, file: DeliveredFile, *, page: dict[str, Any]) -> HttpResponse:
    """The report, and under it the form that proposes exactly this list; no form when it comes to nobody."""
    lines = read_leavers(file.content, name=file.name)
    report = compare_list(lines)
    shown = {"report": report_table(report, file=str(file)), "title": PROPOSING.title, "deed": PROPOSING}
    return TemplateResponse(request, PROPOSING.template, {**page, **shown, "form": _form(title, file, lines, report)})


def _form(title: str, file: DeliveredFile, lines: list[WantedLeaver], report: ListReport) -> DeedForm | None:
    if not report.person_ids:
        return None
    kept = [dataclasses.astuple(line) for line in lines]
    start = {"title": title, "file": str(file), "people": len(report.person_ids), "lines": kept}
    return dataclasses.replace(PROPOSING, initial=lambda row: start).form_for(None, answers=None)


def _report_again(request: HttpRequest) -> object:
    """The report of the list that was sent, for a form that comes back with a mistake."""
    try:
        lines = lines_of(json.loads(request.POST["lines"])[:MAX_LEAVERS])
    except (TypeError, ValueError):
        return None
    return report_table(compare_list(lines), file=request.POST.get("file", ""))
