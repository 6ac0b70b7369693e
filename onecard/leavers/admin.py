"""Pages of leavers: the batch step by step, what it waits for, and each leaver's refund."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter

from onecard.access.file_pages import SiteFileAdmin
from onecard.access.pages import Deed, DeedAdmin
from onecard.access.types import Actor
from onecard.kernel.money import yuan
from onecard.kernel.pages import amount_text, badge, column, link, list_link, money
from onecard.kernel.site_files import SiteFile
from onecard.leavers import unclaimed_pages as unclaimed_pages
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.fail_refund import fail_refund
from onecard.leavers.actions.fetch_refunds import fetch_refunds
from onecard.leavers.actions.freeze_leavers import freeze_leavers
from onecard.leavers.forms import BankForm, ClaimForm, DebtForm, RefundsForm
from onecard.leavers.list_pages import LISTING, file_page
from onecard.leavers.models import Leaver, LeaverBatch, RefundFile
from onecard.leavers.papers import LEAVER_LIST
from onecard.leavers.queries import collections_of, due_refunds, totals_of
from onecard.leavers.showing import people_table, refunds_table
from onecard.leavers.types import LeaverState
from onecard.leavers.words import SAYS
from onecard.ledger import queries as ledger
from onecard.papers.pages import paper_link
from onecard.policies import queries as policies


def _waits_for(batch: LeaverBatch) -> object:
    """The terminals that its people used: missing numbers and the last record."""
    if batch.cancelled_at is not None:
        return None
    lines = [
        (link("terminals.terminal", one.terminal_id, one.code), one.missing, _heard(batch, one.last_received_at))
        for one in collections_of(batch.pk)
    ]
    row = '<tr><td>{}</td><td class="oc-right">{}</td><td>{}</td></tr>'
    head = format_html("<tr><th>{}</th><th>{}</th><th>{}</th></tr>", _("Terminal"), _("Missing numbers"), _("Last record"))
    table = format_html('<table class="oc-table">{}{}</table>', head, format_html_join("", row, lines))
    days = policies.days("people.leaver_waiting_days")
    return format_html("<p>{}</p>{}", _("%(days)s days after the freeze, and no missing number:") % {"days": days}, table)


def _heard(batch: LeaverBatch, moment: Any) -> object:
    if moment is None or batch.frozen_at is None:
        return moment or "-"
    text = f"{moment:%Y-%m-%d %H:%M}"
    return (
        text
        if moment >= batch.frozen_at
        else format_html('{} <span class="oc-attention">{}</span>', text, _("before the freeze"))
    )


def _totals(batch: LeaverBatch) -> object:
    lines = [(LeaverState(state).label, people, amount_text(amount)) for state, people, amount in totals_of(batch.pk)]
    row = '<tr><th>{}</th><td class="oc-right">{}</td><td class="oc-right">{}</td></tr>'
    return format_html('<table class="oc-table oc-content"><tbody>{}</tbody></table>', format_html_join("", row, lines))


def _files(batch: LeaverBatch) -> object:
    """What finance takes to the bank: a file for each time that refunds were paid."""
    links = ((link("leavers.refundfile", file.pk, file),) for file in batch.files.order_by("pk"))
    return format_html_join(", ", "{}", links) or None


def _waiting(batch: LeaverBatch) -> object:
    """Who has no bank account, and what becomes of them."""
    if batch.cancelled_at is None or not (waiting := due_refunds(batch.pk).waiting):
        return None
    amount_fen = sum(one.refund_fen for one in waiting)
    words = _("In no payment file: %(people)s, together %(amount)s. Enter bank accounts and pay again; until then they wait.")
    said = words % {"people": len(waiting), "amount": yuan(amount_fen)}
    return format_html('<p class="oc-attention">{}</p><p>{}</p>', said, people_table(waiting))


def _debt(leaver: Leaver) -> int:
    return -ledger.balance_of(leaver.person.cash_account_id)


def _approved_words(batch: LeaverBatch) -> dict[str, Any]:
    due = due_refunds(batch.pk)
    return {"total_fen": due.total_fen, "newest_account_at": due.newest_account_at}


@admin.register(LeaverBatch)
class LeaverBatchAdmin(DeedAdmin):
    """离校批次."""

    list_display = (
        "title",
        column("people", _("people"), lambda batch: batch.leavers.count()),
        "created_at",
        "frozen_at",
        "cancelled_at",
        "paid_at",
    )
    ordering = ("-pk",)
    fields = (
        "title",
        "created_by",
        "created_at",
        "frozen_at",
        column("waits_for", _("waits for"), _waits_for),
        "cancelled_at",
        column("list", _("list for finance"), lambda batch: paper_link(LEAVER_LIST, batch.pk)),
        column("waiting", _("without a bank account"), _waiting),
        column("file_list", _("payment file"), _files),
        "paid_at",
        column("totals", _("state of the refunds"), _totals),
        column("lines", _("one by one"), lambda batch: list_link("leavers.leaver", _("Show"), batch__id__exact=batch.pk)),
    )
    registering = LISTING
    deeds = (
        Deed(
            "leavers.freeze_leavers",
            _("Freeze their cards"),
            lambda actor, batch, said: freeze_leavers(actor, batch.pk),
            explains=_("Their cards buy nothing from this moment; what they bought before is collected meanwhile."),
            says=SAYS,
            offered=lambda batch: batch.frozen_at is None,
        ),
        Deed(
            "leavers.cancel_leavers",
            _("Cancel their cards"),
            lambda actor, batch, said: cancel_leavers(actor, batch.pk),
            explains=_("All in one: cards cancelled, subsidies taken back, purses moved to refunds, list written for finance."),
            says=SAYS,
            offered=lambda batch: batch.frozen_at is not None and batch.cancelled_at is None,
            is_grave=True,
        ),
        Deed(
            "leavers.pay_refunds",
            _("Pay leavers' refunds"),
            explains=_("What is payable goes into people's bank accounts when a colleague has approved it."),
            needs_approval=True,
            payload=lambda said: {name: said[name] for name in ("total_fen", "newest_account_at")},
            form=RefundsForm,
            initial=_approved_words,
            shows=lambda batch: refunds_table(due_refunds(batch.pk)),
            offered=lambda batch: batch.cancelled_at is not None and bool(due_refunds(batch.pk).payable),
        ),
    )

    def more_urls(self) -> list[URLPattern]:
        """The deeds, and a list that comes as a file."""
        return [path("file/", self.admin_site.admin_view(self.file), name="leavers_leaverbatch_file"), *super().more_urls()]

    def file(self, request: HttpRequest) -> HttpResponse:
        """A delivered list: compare, then propose."""
        return file_page(request, context=self._context(request))


@admin.register(RefundFile)
class RefundFileAdmin(SiteFileAdmin):
    """退款付款文件."""

    when_empty = _("A file is there once a colleague has approved the refunds of a batch of leavers.")
    list_display = (
        column("number", _("payment file"), str),
        column("how_many", _("people"), lambda file: file.leavers.count()),
        money("total_fen", _("total")),
        "made_by",
        "made_at",
    )
    list_select_related = ("batch",)
    ordering = ("-pk",)
    fields = (
        column("of_batch", _("batch of leavers"), lambda file: link("leavers.leaverbatch", file.batch_id, file.batch)),
        *list_display[1:],
        column("lines", _("one by one"), lambda file: list_link("leavers.leaver", _("Show"), file__id__exact=file.pk)),
    )
    fetching = "leavers.fetch_refunds"
    file_name = "refunds"

    def fetch(self, actor: Actor, file_id: int) -> SiteFile:
        """With account numbers in full; the audit log says who took it."""
        return fetch_refunds(actor, file_id)


@admin.register(Leaver)
class LeaverAdmin(DeedAdmin):
    """离校人员."""

    list_display = (
        column("holder", _("person"), lambda one: link("people.person", one.person_id, one.person)),
        column("of_batch", _("batch of leavers"), lambda one: link("leavers.leaverbatch", one.batch_id, one.batch)),
        badge(
            "state",
            _("state"),
            {
                LeaverState.PAID: "good",
                LeaverState.CLAIMED: "good",
                LeaverState.FAILED: "bad",
                LeaverState.OWING: "warn",
                LeaverState.UNCLAIMED: "note",
            },
        ),
        money("refund_fen", _("refund")),
        money("subsidy_fen", _("subsidy taken back")),
        "changed_at",
    )
    list_display_links = ("changed_at",)
    list_filter = (("state", ChoicesDropdownFilter), "batch", ("file", RelatedDropdownFilter))
    list_select_related = ("person", "batch")
    search_fields = ("person__person_no__startswith", "person__full_name__startswith")
    search_help_text = _("Person's number or name")
    ordering = ("-pk",)
    fields = (
        *list_display,
        column("of_file", _("payment file"), lambda one: one.file_id and link("leavers.refundfile", one.file_id, one.file)),
        "account",
        "payments",
        "note",
    )
    deeds = (
        Deed(
            "leavers.fail_refund",
            _("Refund failed"),
            lambda actor, one, said: fail_refund(actor, one.pk, reason=said["reason"]),
            form=BankForm,
            explains=_("The payment is taken back in the books; the leaver can claim it."),
            says=SAYS,
            offered=lambda one: one.state in (LeaverState.PAID, LeaverState.CLAIMED),
        ),
        Deed(
            "leavers.claim_refund",
            _("Pay a claimed refund"),
            form=ClaimForm,
            needs_approval=True,
            offered=lambda one: one.state == LeaverState.FAILED,
        ),
        Deed(
            "leavers.write_off_debt",
            _("Write off a leaver's debt"),
            form=DebtForm,
            explains=_("The centre bears what the purse lacks, when a colleague has approved it."),
            needs_approval=True,
            initial=lambda one: {"debt_fen": _debt(one)},
            shows=lambda one: amount_text(_debt(one)),
            offered=lambda one: one.state == LeaverState.OWING,
        ),
    )
