"""Pages of rosters: sources, imports with their difference reports, and the lines of a report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from onecard.access.pages import Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.kernel.pages import MoneyAdmin, badge, column, link, list_link
from onecard.people.actions.compare_roster import compare_roster
from onecard.people.actions.discard_roster import discard_roster
from onecard.people.actions.map_roster_columns import map_roster_columns
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.read_roster import read_roster
from onecard.people.actions.receive_roster import receive_roster
from onecard.people.fields import DeliveredFileField
from onecard.people.models import RosterImport, RosterLine, RosterSource
from onecard.people.person_deeds import FIELD_WORDS
from onecard.people.queries import roster_report
from onecard.people.report_excel import EXCEL, report_excel
from onecard.people.roster import detail_text
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.types import Finding, ImportState, PersonKind, Problem, Received, RosterField, RosterFile, RosterOutcome

SAYS: Mapping[Any, Any] = {
    RosterOutcome.REFUSED_STATE: _("The import is not at this step any more."),
    RosterOutcome.REFUSED_COLUMNS: _("A needed column is missing, or one column is named for two things."),
    RosterOutcome.REFUSED_NAME_TAKEN: _("There is a source with this code already."),
}


class SourceForm(DeedForm):
    """What is needed to name a source."""

    code = forms.SlugField(label=_("code"), max_length=40)
    title = forms.CharField(label=_("title"), max_length=80)
    kinds = forms.MultipleChoiceField(
        label=_("covers"),
        choices=PersonKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A full roster says of these kinds who left."),
    )
    default_kind = forms.ChoiceField(
        label=_("kind when the file says none"), choices=[("", "—"), *PersonKind.choices], required=False
    )


class UploadForm(DeedForm):
    """The file and what it is."""

    source = forms.ModelChoiceField(label=_("source"), queryset=RosterSource.objects.order_by("code"), to_field_name="code")
    file = DeliveredFileField(
        kind=RosterFile,
        most_bytes=MAX_ROSTER_BYTES,
        label=_("file"),
        help_text=_("Excel (.xlsx) or CSV (UTF-8, GBK), at most 32 MB."),
    )
    is_full = forms.BooleanField(
        label=_("names everybody"),
        required=False,
        help_text=_("Who is covered by the source and not in the file has left. Leave it open for a list of some people."),
    )


class ColumnsForm(DeedForm):
    """Which heading means what; the headings come as initial value."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        choices = [("", "—"), *((heading, heading) for heading in kwargs["initial"]["headings"] if heading)]
        for field in RosterField:
            self.base_fields[field.value] = forms.ChoiceField(label=field.label, choices=choices, required=False)
        super().__init__(*args, **kwargs)


class ReportForm(DeedForm):
    """The digest says which report was on the screen."""

    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


def _receive(actor: Actor, _row: object, said: Answers) -> Received:
    return receive_roster(actor, said["source"].code, file=said["file"], is_full=said["is_full"])


def _name(actor: Actor, _row: object, said: Answers) -> RosterOutcome:
    default = PersonKind(said["default_kind"]) if said["default_kind"] else None
    kinds = [PersonKind(kind) for kind in said["kinds"]]
    return name_roster_source(actor, said["code"], title=said["title"], kinds=kinds, default_kind=default)


def _columns(roster: RosterImport) -> dict[str, Any]:
    named = {field: roster.headings[place] for field, place in roster.places.items()}
    return {"headings": roster.headings, **named}


def _map(actor: Actor, roster: RosterImport, said: Answers) -> RosterOutcome:
    return map_roster_columns(actor, roster.pk, columns={field: heading for field, heading in said.items() if heading})


def _page_of(received: Any) -> str | None:
    return None if received.import_id is None else reverse("admin:people_rosterimport_change", args=[received.import_id])


def _is(*states: ImportState) -> Any:
    return lambda roster: roster.state in states


RECEIVING = Deed(
    "people.receive_roster",
    _("Import a roster"),
    _receive,
    form=UploadForm,
    explains=_("The file is read and compared first. Nothing changes before a colleague has approved the report."),
    says=lambda received, row: received.what or None,
    leads_to=_page_of,
)
DEEDS = (
    Deed(
        "people.apply_roster",
        _("Propose to apply"),
        form=ReportForm,
        explains=_("Who is new, changed or left as the report says; conflicts and errors are left out."),
        needs_approval=True,
        initial=lambda roster: {"digest": bytes(roster.digest or b"").hex()},
        offered=_is(ImportState.STAGED),
    ),
    Deed(
        "people.map_roster_columns",
        _("Name the columns"),
        _map,
        form=ColumnsForm,
        explains=_("What is chosen here is remembered for the source."),
        says=SAYS,
        initial=_columns,
        offered=lambda roster: roster.state in (ImportState.UNMAPPED, ImportState.READING) and not roster.lines_read,
    ),
    Deed(
        "people.read_roster",
        _("Read"),
        lambda actor, roster, said: read_roster(actor, roster.pk),
        says=SAYS,
        offered=_is(ImportState.READING),
    ),
    Deed(
        "people.compare_roster",
        _("Compare again"),
        lambda actor, roster, said: compare_roster(actor, roster.pk),
        explains=_("When people changed after the report was made, it is made anew and has to be proposed anew."),
        says=SAYS,
        offered=_is(ImportState.STAGED),
    ),
    Deed(
        "people.discard_roster",
        _("Discard"),
        lambda actor, roster, said: discard_roster(actor, roster.pk),
        explains=_("The file and its lines are forgotten."),
        says=SAYS,
        offered=_is(ImportState.UNMAPPED, ImportState.READING, ImportState.STAGED),
        is_grave=True,
    ),
)

COLOURS = {Finding.NEW: "good", Finding.CHANGED: "note", Finding.LEFT: "warn", Finding.CONFLICT: "bad", Finding.ERROR: "bad"}
STATE = badge(
    "state",
    _("state"),
    {
        ImportState.STAGED: "warn",
        ImportState.APPLIED: "good",
        ImportState.UNMAPPED: "bad",
        ImportState.READING: "note",
    },
)


def _counts(roster: RosterImport) -> object:
    """How many of each finding; the number leads to those lines."""
    lines = (
        (finding.label, list_link("people.rosterline", f"{count:,}", roster__id__exact=roster.pk, finding__exact=finding.value))
        for finding in Finding
        if (count := roster.counts.get(finding.value))
    )
    body = format_html_join("", '<tr><th>{}</th><td class="oc-right">{}</td></tr>', lines)
    table = format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', body)
    if roster.state == ImportState.STAGED and roster_report(roster.pk).is_alarming:
        return format_html('<p class="oc-alarm">{}</p>{}', _now("Unusually many would leave: is the file whole?"), table)
    return table if body else None


def _report(roster: RosterImport) -> object:
    if roster.state not in (ImportState.STAGED, ImportState.APPLIED):
        return None
    address = reverse("admin:people_rosterimport_excel", args=[roster.pk])
    return format_html('<a class="oc-link" href="{}">{}</a>', address, _now("Excel"))


def _named(roster: RosterImport) -> str:
    fields = {RosterField(field): place for field, place in roster.places.items()}
    return ", ".join(f"{field.label}: {roster.headings[place]}" for field, place in fields.items())


PROPOSALS = column(
    "proposals", _("proposals"), lambda row: list_link("access.proposal", _("Show"), q=row.pk, action="people.apply_roster")
)


@admin.register(RosterImport)
class RosterImportAdmin(DeedAdmin):
    """名册导入: what was delivered, what it would change, and what became of it."""

    list_display = ("id", "file_name", "source", STATE, "is_full", "lines_total", "received_by", "received_at")
    list_display_links = ("id", "file_name")
    list_filter = (("state", ChoicesDropdownFilter),)
    list_select_related = ("source",)
    search_fields = ("file_name", "source__code")
    search_help_text = _("File or source")
    ordering = ("-pk",)
    registering = RECEIVING
    deeds = DEEDS
    change_form_outer_before_template = "people/roster.html"
    fieldsets = (
        (None, {"fields": ("file_name", "source", STATE, "is_full", column("named", _("columns"), _named), "lines_total")}),
        (_("Report"), {"fields": (column("counted", _("found"), _counts), column("report", _("report"), _report), PROPOSALS)}),
        (_("What was decided"), {"fields": ("received_by", "received_at", "decided_by", "decided_at")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[RosterImport]:
        """Without the files' content."""
        rows: QuerySet[RosterImport] = super().get_queryset(request)
        return rows.defer("content")

    def more_urls(self) -> list[URLPattern]:
        """The deeds, a step of reading for the page itself, and the report as Excel."""
        wrap = self.admin_site.admin_view
        return [
            *super().more_urls(),
            path("<int:object_id>/piece/", wrap(self.piece), name="people_rosterimport_piece"),
            path("<int:object_id>/report.xlsx", wrap(self.excel), name="people_rosterimport_excel"),
        ]

    def piece(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Read the next lines and say how far it is; the page asks again until it is done, then shows itself anew."""
        if request.method == "POST":
            read_roster(Actor.of(request.user), object_id)  # type: ignore[arg-type]
        elif not request.user.has_perm("people.read_roster"):
            raise PermissionDenied
        roster = RosterImport.objects.defer("content").get(pk=object_id)
        response = TemplateResponse(request, "people/roster_progress.html", {"original": roster})
        if roster.state != ImportState.READING:
            response["HX-Refresh"] = "true"
        return response

    def excel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The difference report as an Excel file."""
        if not request.user.has_perm("people.view_rosterimport"):
            raise PermissionDenied
        response = HttpResponse(report_excel(object_id), content_type=EXCEL)
        response["Content-Disposition"] = f'attachment; filename="roster-{object_id}.xlsx"'
        return response


def _problem(line: RosterLine) -> object:
    words = str(Problem(line.problem).label) if line.problem else ""
    return " ".join(filter(None, (words, detail_text(line.problem, line.detail)))) or None


def _before_and_now(line: RosterLine) -> object:
    """Old → new of what changed; private values stay private."""
    if line.finding == Finding.LEFT:
        return None
    shown = ((FIELD_WORDS.get(name, _("state")), before or "—", _value_now(line, name)) for name, before in line.before.items())
    return format_html_join("; ", "{}: {} → {}", shown) or None


def _value_now(line: RosterLine, name: str) -> object:
    if name == "state":
        return _now("Present")
    return "***" if name in ("id_number", "phone") else getattr(line, name)


WHO = column("who", _("person"), lambda line: line.person_id and link("people.person", line.person_id, line.person_no))
OTHER = column("who_else", _("the other"), lambda line: line.other_id and link("people.person", line.other_id, line.other))


@admin.register(RosterLine)
class RosterLineAdmin(MoneyAdmin):
    """The lines of a difference report."""

    list_display = (
        "line",
        badge("finding", _("finding"), COLOURS),
        "person_no",
        "full_name",
        "unit",
        column("change", _("change"), _before_and_now),
        column("what", _("problem"), _problem),
        OTHER,
    )
    list_display_links = ("line", "person_no")
    list_filter = (("finding", ChoicesDropdownFilter),)
    list_select_related = ("other",)
    search_fields = ("person_no__startswith", "full_name__startswith")
    search_help_text = _("Number or name")
    ordering = ("line", "pk")
    fields = (*list_display, "kind", "valid_until", WHO)


def _kinds(source: RosterSource) -> str | None:
    return ", ".join(str(PersonKind(kind).label) for kind in source.kinds) or None


def _remembered(source: RosterSource) -> str | None:
    return ", ".join(f"{RosterField(field).label}: {heading}" for field, heading in source.columns.items()) or None


@admin.register(RosterSource)
class RosterSourceAdmin(DeedAdmin):
    """名册来源: which systems deliver rosters, and what their columns are called."""

    list_display = ("code", "title", column("kind_list", _("covers"), _kinds), "default_kind")
    ordering = ("code",)
    registering = Deed("people.name_roster_source", _("Name a source"), _name, form=SourceForm, says=SAYS)
    fields = (*list_display, column("remembered", _("columns"), _remembered))
