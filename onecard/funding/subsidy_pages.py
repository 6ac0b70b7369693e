"""Pages of subsidies: a batch from its list to its end, each person's part, and the page where they are collected."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from onecard.access.pages import AmountField, Answers, Deed, DeedAdmin, DeedForm, deed_page
from onecard.access.types import Actor
from onecard.funding.actions.check_batch import check_batch
from onecard.funding.actions.discard_batch import discard_batch
from onecard.funding.actions.end_batch import end_batch
from onecard.funding.actions.import_subsidies import import_subsidies
from onecard.funding.actions.subsidise_group import subsidise_group
from onecard.funding.collecting_page import collecting_page
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.papers import SUBSIDY_LIST, SUBSIDY_RESULT
from onecard.funding.queries import grants_of
from onecard.funding.subsidy_reading import MAX_GRANTS
from onecard.funding.types import BatchState, GrantForm, GrantProblem, GrantState, Prepared, Terms
from onecard.funding.words import SUBSIDY_WORDS
from onecard.kernel.pages import MoneyAdmin, amount_text, badge, column, link, list_link, money
from onecard.papers.queries import paper_of
from onecard.people.fields import DeliveredFileField
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.types import PersonKind

STATE = badge("state", _("state"), {BatchState.CHECKED: "warn", BatchState.GRANTED: "good", BatchState.ENDED: "note"})
GRANT_COLOURS = {
    GrantState.GRANTED: "good",
    GrantState.UNCLAIMED: "warn",
    GrantState.LEFT_OUT: "bad",
    GrantState.TAKEN_BACK: "note",
}


class TermsForm(DeedForm):
    """What holds for the whole batch."""

    title = forms.CharField(label=_("title"), max_length=80)
    form = forms.ChoiceField(
        label=_("how it is granted"),
        choices=GrantForm.choices,
        help_text=_("Collected: it is no money in a purse before its person comes with the card."),
    )
    ends_on = forms.DateField(
        label=_("last day"), required=False, help_text=_("Empty: as the policy says. What is not collected by then lapses.")
    )
    takes_back = forms.BooleanField(
        label=_("takes back what is unspent"), required=False, help_text=_("After the last day, from everybody, by approval.")
    )

    def terms(self) -> Terms:
        """The answers as terms."""
        said = self.cleaned_data
        return Terms(GrantForm(said["form"]), said["ends_on"], said["takes_back"])

    def clean(self) -> dict[str, Any]:
        """With the terms in one piece."""
        said: dict[str, Any] = super().clean() or {}
        if "ends_on" in said and "form" in said:
            said["terms"] = self.terms()
        return said


class ImportForm(TermsForm):
    """The list, and on which terms."""

    file = DeliveredFileField(
        most_bytes=MAX_ROSTER_BYTES,
        label=_("file"),
        help_text=_("Excel (.xlsx) or CSV (UTF-8, GBK) with the columns 学工号 and 金额 (in yuan), at most 10,000 people."),
    )


class GroupForm(TermsForm):
    """Who gets how much, and on which terms."""

    kinds = forms.MultipleChoiceField(label=_("kinds"), choices=PersonKind.choices, widget=forms.CheckboxSelectMultiple)
    unit = forms.CharField(label=_("unit"), max_length=80, required=False, help_text=_("Its beginning; empty: every unit."))
    amount_fen = AmountField(label=_("amount in yuan"))


class ListForm(DeedForm):
    """The list that was on the screen."""

    people = forms.IntegerField(widget=forms.HiddenInput)
    total_fen = forms.IntegerField(widget=forms.HiddenInput)
    digest = forms.RegexField(r"^[0-9a-f]{64}$", widget=forms.HiddenInput)


class WhomForm(DeedForm):
    """From whom money is taken back."""

    person_nos = forms.CharField(
        label=_("people's numbers"),
        required=False,
        max_length=200_000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=_("One a line, for people who never came, say. Empty: everybody in the batch, after its last day."),
    )

    def clean_person_nos(self) -> list[str]:
        """The numbers, each once."""
        return list(dict.fromkeys(self.cleaned_data["person_nos"].replace(",", " ").split()))[:MAX_GRANTS]


def _import(actor: Actor, _row: object, said: Answers) -> Prepared:
    return import_subsidies(actor, said["title"], file=said["file"], terms=said["terms"])


def _group(actor: Actor, _row: object, said: Answers) -> Prepared:
    kinds = [PersonKind(kind) for kind in said["kinds"]]
    return subsidise_group(
        actor, said["title"], kinds=kinds, unit=said["unit"], amount_fen=said["amount_fen"], terms=said["terms"]
    )


def _page_of(prepared: Any) -> str | None:
    return None if prepared.batch_id is None else reverse("admin:funding_subsidybatch_change", args=[prepared.batch_id])


def _prepared_words(prepared: Prepared, _row: object) -> object:
    return prepared.what or SUBSIDY_WORDS.get(prepared.outcome)


def _shown(batch: SubsidyBatch) -> Answers:
    return {"people": batch.people, "total_fen": batch.total_fen, "digest": bytes(batch.digest).hex()}


def progress(batch: SubsidyBatch) -> object:
    """How many people are where, and how much that is; the numbers lead to them. A bar says how many have collected."""
    found = grants_of(batch.pk)
    rows = (
        (
            GrantState(one.state).label,
            list_link("funding.subsidygrant", f"{one.people:,}", batch__id__exact=batch.pk, state__exact=one.state),
            amount_text(one.amount_fen),
            amount_text(one.taken_back_fen) if one.taken_back_fen else "",
        )
        for one in found
    )
    heads = format_html_join(
        "",
        '<th class="{}">{}</th>',
        (("", capfirst(_("state"))), *(("oc-right", capfirst(one)) for one in (_("people"), _("amount"), _("taken back")))),
    )
    body = format_html_join("", "<tr><td>{}</td>" + '<td class="oc-right">{}</td>' * 3 + "</tr>", rows)
    table = format_html('<div class="oc-scroll"><table class="oc-table"><thead><tr>{}</tr></thead>{}</table></div>', heads, body)
    if batch.state != BatchState.GRANTED or batch.form != GrantForm.COLLECTED:
        return table
    done = batch.people - sum(one.people for one in found if one.state == GrantState.UNCLAIMED)
    bar = format_html(
        '<progress class="oc-progress" max="{}" value="{}" aria-label="{}"></progress>', batch.people, done, _now("Progress")
    )
    words = _now("%(done)s of %(people)s people have collected.") % {"done": f"{done:,}", "people": f"{batch.people:,}"}
    return format_html('{}<p class="oc-line">{}</p>{}', bar, words, table)


def _papers(batch: SubsidyBatch) -> object:
    papers = [paper for kind in (SUBSIDY_LIST, SUBSIDY_RESULT) if (paper := paper_of(kind, str(batch.pk)))]
    return format_html_join(", ", "{}", ((link("papers.paper", paper.pk, paper.number),) for paper in papers)) or None


def _is(*states: BatchState) -> Any:
    return lambda batch: batch.state in states


IMPORTING = Deed(
    "funding.import_subsidies",
    _("Import subsidies"),
    _import,
    form=ImportForm,
    explains=_("The list is checked first. Nothing is granted before a colleague has approved it."),
    says=_prepared_words,
    leads_to=_page_of,
    template="funding/import.html",
)
FOR_A_GROUP = Deed(
    "funding.subsidise_group",
    _("Subsidies for a group"),
    _group,
    form=GroupForm,
    explains=_("Everybody present of these kinds gets the same. Nothing is granted before a colleague has approved it."),
    says=_prepared_words,
    leads_to=_page_of,
)
DEEDS = (
    Deed(
        "funding.grant_batch",
        _("Propose to grant"),
        form=ListForm,
        explains=_("Who has no problem gets what the list says; lines with a problem are left out."),
        needs_approval=True,
        initial=_shown,
        shows=progress,
        offered=_is(BatchState.CHECKED),
    ),
    Deed(
        "funding.check_batch",
        _("Check again"),
        lambda actor, batch, said: check_batch(actor, batch.pk),
        explains=_("When people were registered or left since: the list is checked anew and has to be proposed anew."),
        says=SUBSIDY_WORDS,
        offered=_is(BatchState.CHECKED),
    ),
    Deed(
        "funding.discard_batch",
        _("Discard"),
        lambda actor, batch, said: discard_batch(actor, batch.pk),
        explains=_("It stays in the list and can never be granted."),
        says=SUBSIDY_WORDS,
        offered=_is(BatchState.CHECKED),
        is_grave=True,
    ),
    Deed(
        "funding.take_back_subsidies",
        _("Take unspent subsidies back"),
        form=WhomForm,
        explains=_("Never more than is left of the subsidy, and never below zero of the purse; the oldest money is spent first."),
        needs_approval=True,
        payload=lambda said: {"person_nos": said["person_nos"]},
        shows=progress,
        offered=_is(BatchState.GRANTED),
    ),
    Deed(
        "funding.end_batch",
        _("End the batch"),
        lambda actor, batch, said: end_batch(actor, batch.pk),
        explains=_("After the last day: what nobody collected lapses, and the numbered result is written."),
        says=SUBSIDY_WORDS,
        shows=progress,
        offered=_is(BatchState.GRANTED),
    ),
)


TOTAL = money("total_fen", _("total"))
PROGRESS = column("progress", _("progress"), progress)
LINES = column("lines", _("one by one"), lambda batch: list_link("funding.subsidygrant", _("Show"), batch__id__exact=batch.pk))
PAPERS = column("papers", _("papers"), _papers)


@admin.register(SubsidyBatch)
class SubsidyBatchAdmin(DeedAdmin):
    """补助批次: from the list to the end, step by step."""

    list_display = (
        "id",
        "title",
        STATE,
        "form",
        "people",
        TOTAL,
        "ends_on",
        "prepared_by",
        "granted_at",
    )
    list_display_links = ("id", "title")
    list_filter = (("state", ChoicesDropdownFilter), ("form", ChoicesDropdownFilter))
    search_fields = ("title", "file_name")
    search_help_text = _("Title or file")
    ordering = ("-pk",)
    registering = IMPORTING
    deeds = DEEDS
    fieldsets = (
        (None, {"fields": ("title", STATE, "form", "ends_on", "takes_back", "people", TOTAL)}),
        (_("Progress"), {"fields": (PROGRESS, LINES, PAPERS)}),
        (_("What was decided"), {"fields": ("file_name", "prepared_by", "prepared_at", "granted_by", "granted_at", "ended_at")}),
    )

    def more_urls(self) -> list[URLPattern]:
        """The deeds, a batch for a group, and the page where subsidies are collected."""
        wrap = self.admin_site.admin_view
        return [
            *super().more_urls(),
            path("group/", wrap(self.group), name="funding_subsidybatch_group"),
            path("collecting/", wrap(self.collecting), name="funding_subsidybatch_collecting"),
        ]

    def group(self, request: HttpRequest) -> HttpResponse:
        """Prepare a batch by a rule."""
        back = reverse("admin:funding_subsidybatch_changelist")
        context = {**self.admin_site.each_context(request), "opts": self.opts}
        return deed_page(request, FOR_A_GROUP, row=None, back=back, context=context)

    def collecting(self, request: HttpRequest) -> HttpResponse:
        """领取补助."""
        return collecting_page(request, context=self.admin_site.each_context(request))


def _problem(one: SubsidyGrant) -> object:
    return GrantProblem(one.problem).label if one.problem else None


@admin.register(SubsidyGrant)
class SubsidyGrantAdmin(MoneyAdmin):
    """补助明细: each person's part of a batch."""

    list_display = (
        "line",
        "person_no",
        column("who", _("person"), lambda one: one.person_id and link("people.person", one.person_id, one.person)),
        money("amount_fen", _("amount")),
        badge("state", _("state"), GRANT_COLOURS),
        column("what", _("problem"), _problem),
        "granted_at",
        money("taken_back_fen", _("taken back")),
    )
    list_display_links = ("line", "person_no")
    list_filter = (("state", ChoicesDropdownFilter), ("problem", ChoicesDropdownFilter))
    list_select_related = ("person",)
    search_fields = ("person_no__startswith", "person__full_name__startswith")
    search_help_text = _("Number or name")
    ordering = ("-batch_id", "line")
    fields = (
        *list_display,
        column("of_batch", _("batch of subsidies"), lambda one: link("funding.subsidybatch", one.batch_id, one.batch)),
        "ended_at",
    )
