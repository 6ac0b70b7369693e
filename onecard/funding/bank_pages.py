"""Pages of bank files: hand one in, see what each line came to, book it, settle the differences, and bank clearing day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter

from onecard.access.pages import AmountField, Answers, Deed, DeedAdmin, DeedForm
from onecard.access.types import Actor
from onecard.funding.actions.book_bank_file import book_bank_file
from onecard.funding.actions.discard_bank_file import discard_bank_file
from onecard.funding.actions.receive_bank_file import receive_bank_file
from onecard.funding.bank_reading import MAX_BYTES
from onecard.funding.layouts import LAYOUTS
from onecard.funding.models import BankFile, BankLine
from onecard.funding.papers import BANK_PAPER
from onecard.funding.queries import clearing_on, found_in
from onecard.funding.types import BankFileState, BankFinding, BankReceived, LineState
from onecard.funding.words import BANK_WORDS
from onecard.kernel.money import yuan
from onecard.kernel.pages import MoneyAdmin, amount_text, badge, column, link, list_link, made_for, money
from onecard.ledger import queries as ledger
from onecard.ledger.types import SettledAs
from onecard.papers.pages import paper_link
from onecard.people.fields import DeliveredFileField

COLOURS = {
    BankFinding.EQUAL: "good",
    BankFinding.NOT_BOOKED: "note",
    BankFinding.DIFFERS: "bad",
    BankFinding.UNKNOWN_AT_BANK: "bad",
    BankFinding.WAITING: "warn",
}
STATE = badge("state", _("state"), {BankFileState.COMPARED: "warn", BankFileState.BOOKED: "good"})


class BankFileForm(DeedForm):
    """The file, and how it looks."""

    layout = forms.ChoiceField(label=_("layout"), choices=[(layout.name, layout.title) for layout in LAYOUTS.values()])
    file = DeliveredFileField(
        most_bytes=MAX_BYTES,
        label=_("file"),
        help_text=_("As the bank delivered it, at most 10,000 lines."),
    )


class TruthForm(DeedForm):
    """What the transfer really was; starts from what the bank says."""

    person_no = forms.CharField(label=_("person's number"), max_length=32)
    amount_fen = AmountField(label=_("amount in yuan"), help_text=_("0.00 takes back all that was booked."))


def _receive(actor: Actor, _row: object, said: Answers) -> BankReceived:
    return receive_bank_file(actor, said["layout"], file=said["file"])


def refusal_text(received: BankReceived) -> object:
    """Why the file was refused, with the line and what stood there."""
    refusal = received.refusal
    if refusal is None:
        return None
    where = _now("Line %(line)s: ") % {"line": refusal.line} if refusal.line else ""
    detail = f" ({refusal.detail})" if refusal.detail else ""
    return f"{where}{refusal.problem.label}{detail} {_now('Nothing was booked.')}"


def _page_of(received: Any) -> str | None:
    return None if received.file_id is None else reverse("admin:funding_bankfile_change", args=[received.file_id])


def _is_compared(kept: BankFile) -> bool:
    return bool(kept.state == BankFileState.COMPARED)


def _results(kept: BankFile) -> object:
    """How many lines of each result, and how much; the numbers lead to the lines."""
    rows = (
        (
            BankFinding(one.finding).label,
            LineState(one.state).label,
            list_link("funding.bankline", f"{one.lines:,}", file__id__exact=kept.pk, finding__exact=one.finding),
            amount_text(one.amount_fen) if one.amount_fen else "",
            amount_text(one.booked_fen) if one.booked_fen else "",
        )
        for one in found_in(kept.pk)
    )
    cells = '<td class="oc-right">{}</td>' * 3
    body = format_html_join("", f"<tr><td>{{}}</td><td>{{}}</td>{cells}</tr>", rows)
    heads = (_("result"), _("state"), _("lines"), _("amount at the bank"), _("booked here"))
    head = format_html_join(
        "", '<th class="{}">{}</th>', (("oc-right" if at > 1 else "", capfirst(one)) for at, one in enumerate(heads))
    )
    return format_html(
        '<div class="oc-scroll"><table class="oc-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, body
    )


def _layout(kept: BankFile) -> object:
    return LAYOUTS[kept.layout].title if kept.layout in LAYOUTS else kept.layout


RESULTS = column("results", _("results"), _results)
PAPER = column("paper", _("paper"), lambda kept: paper_link(BANK_PAPER, kept.pk))
LINES = column("lines_link", _("line by line"), lambda kept: list_link("funding.bankline", _("Show"), file__id__exact=kept.pk))


@admin.register(BankFile)
class BankFileAdmin(DeedAdmin):
    """银行文件: what the bank delivered, what it came to, and what became of it."""

    list_display = (
        "id",
        "file_name",
        "day",
        STATE,
        "lines_total",
        money("total_fen", _("total")),
        column("differences", _("differences"), lambda kept: kept.lines.filter(state=LineState.HELD).count() or None),
        "received_by",
        "received_at",
    )
    list_display_links = ("id", "file_name")
    list_filter = (("state", ChoicesDropdownFilter), ("day", RangeDateFilter))
    search_fields = ("file_name",)
    search_help_text = _("File")
    ordering = ("-pk",)
    change_form_outer_before_template = "onecard/deeds.html"
    fieldsets = (
        (None, {"fields": ("file_name", column("how", _("layout"), _layout), "day", STATE, "lines_total", list_display[5])}),
        (_("Results"), {"fields": (RESULTS, LINES, PAPER)}),
        (
            _("What was decided"),
            {
                "fields": (
                    "received_by",
                    "received_at",
                    "decided_by",
                    "decided_at",
                    column("sha", _("digest of the file"), lambda kept: bytes(kept.digest).hex()),
                )
            },
        ),
    )
    registering = Deed(
        "funding.receive_bank_file",
        _("Hand in a bank file"),
        _receive,
        form=BankFileForm,
        explains=_("The file is compared line by line with what we booked. Nothing is booked before you have seen the result."),
        says=lambda received, row: refusal_text(received) or BANK_WORDS.get(received.outcome),
        leads_to=_page_of,
    )
    deeds = (
        Deed(
            "funding.book_bank_file",
            _("Book"),
            lambda actor, kept, said: book_bank_file(actor, kept.pk),
            explains=_(
                "What is not booked here goes to the cash purses; what differs, and what names nobody, is held until two people"
                " have settled it. The numbered result is written along."
            ),
            shows=_results,
            says=BANK_WORDS,
            offered=_is_compared,
        ),
        Deed(
            "funding.discard_bank_file",
            _("Discard"),
            lambda actor, kept, said: discard_bank_file(actor, kept.pk),
            explains=_("For a file of another bank, or of a test: nothing of it is booked, and it may come again."),
            says=BANK_WORDS,
            offered=_is_compared,
            is_grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[BankFile]:
        """Without the files' content."""
        rows: QuerySet[BankFile] = super().get_queryset(request)
        return rows.defer("content")

    def more_urls(self) -> list[URLPattern]:
        """The deeds, and bank clearing explained."""
        wrap = self.admin_site.admin_view
        return [*super().more_urls(), path("clearing/", wrap(self.clearing), name="funding_bankfile_clearing")]

    def clearing(self, request: HttpRequest) -> HttpResponse:
        """银行清算: how the balance of bank clearing came about on a day, file by file."""
        if not request.user.has_perm("funding.view_bankfile"):
            raise PermissionDenied
        made_for(request)
        day = _day_asked(request) or ledger.business_date()
        found = clearing_on(day)
        rows = [
            (line.kind.label, _where_from(line.source, line.file_id), f"{line.transfers:,}", line.in_fen, line.out_fen)
            for line in found.lines
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Bank clearing"),
            "day": day.isoformat(),
            "before": (day - timedelta(days=1)).isoformat(),
            "after": (day + timedelta(days=1)).isoformat(),
            "clearing": found,
            "rows": rows,
        }
        return TemplateResponse(request, "funding/clearing.html", context)


def _day_asked(request: HttpRequest) -> Any:
    try:
        return parse_date(request.GET.get("day", ""))
    except ValueError:
        return None


def _where_from(source: str, file_id: int | None) -> object:
    return source if file_id is None else link("funding.bankfile", file_id, f"{source} #{file_id}")


def _truth(line: BankLine) -> Answers:
    amount_fen = line.amount_fen if line.amount_fen is not None else 0
    return {"person_no": line.person_no, "amount_fen": yuan(amount_fen)}


def _both_sides(line: BankLine) -> object:
    """What the bank says, and what stands booked."""
    sides = ((_("amount at the bank"), line.amount_fen), (_("booked here"), line.booked_fen))
    rows = ((title, "—" if amount is None else amount_text(amount)) for title, amount in sides)
    body = format_html_join("", '<tr><th>{}</th><td class="oc-right">{}</td></tr>', rows)
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', body)


def _state(line: BankLine) -> object:
    """What is done about the line; of a held one, how it was settled."""
    settled_as = "" if line.held is None else line.held.settled_as
    colours = {LineState.HELD: "bad", LineState.DUE: "warn"}
    colour = "good" if settled_as else colours.get(LineState(line.state), "plain")
    words = SettledAs(settled_as).label if settled_as else LineState(line.state).label
    return format_html('<span class="oc-badge oc-{}">{}</span>', colour, words)


HELD = column(
    "held_link", _("held record"), lambda line: line.held_id and link("ledger.heldrecord", line.held_id, f"#{line.held_id}")
)
WHO = column("who", _("person"), lambda line: line.person_id and link("people.person", line.person_id, line.person))
SETTLEMENT = column("settlement", _("settlement"), lambda line: (line.held and line.held.settlement) or None)


@admin.register(BankLine)
class BankLineAdmin(DeedAdmin, MoneyAdmin):
    """对账明细: what each reference number of the bank's came to."""

    list_display = (
        "line",
        "reference",
        "person_no",
        "full_name",
        money("amount_fen", _("amount at the bank")),
        money("booked_fen", _("booked here")),
        badge("finding", _("result"), COLOURS),
        column("done", _("state"), _state),
    )
    list_display_links = ("line", "reference")
    list_filter = (("finding", ChoicesDropdownFilter), ("state", ChoicesDropdownFilter))
    list_select_related = ("held",)
    search_fields = ("person_no__startswith", "full_name__startswith", "reference")
    search_help_text = _("Number, name or reference number")
    ordering = ("file_id", "line", "pk")
    fields = (
        *list_display,
        "occurred_at",
        WHO,
        column("of_file", _("bank file"), lambda line: link("funding.bankfile", line.file_id, f"#{line.file_id}")),
        HELD,
        SETTLEMENT,
    )
    deeds = (
        Deed(
            "funding.settle_bank_line",
            _("Settle a difference with the bank"),
            form=TruthForm,
            explains=_(
                "Write what the transfer really was: whose, and how much. The books are moved to just that. When our books are"
                " right as they are, write the held record off instead."
            ),
            needs_approval=True,
            initial=_truth,
            shows=_both_sides,
            payload=lambda said: {"person_no": said["person_no"], "amount_fen": said["amount_fen"]},
            subject=lambda line, said: str(line.held_id),
            offered=lambda line: line.held is not None and line.held.settled_at is None,
        ),
    )
