"""Pages of statements, payment files, payments and corrections: each step is a button, each figure opens to its transfers."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter, RelatedDropdownFilter

from onecard.access.file_pages import SiteFileAdmin
from onecard.access.pages import DeedAdmin
from onecard.access.types import Actor
from onecard.kernel.pages import badge, column, link, list_link, made_for, may_view, money
from onecard.kernel.site_files import SiteFile
from onecard.papers.pages import paper_link
from onecard.settlement import deeds
from onecard.settlement.actions.fetch_payment_file import fetch_payment_file
from onecard.settlement.models import CorrectionRequest, Payment, PaymentFile, Statement
from onecard.settlement.papers import PAYMENT_LIST, STATEMENT
from onecard.settlement.presenting import statement_page, transfers_page
from onecard.settlement.types import CorrectionState, PaymentState, StatementState

PAGE = 200
"""Transfers on one page."""
STATE = badge(
    "state",
    _("state"),
    {
        StatementState.PAID: "good",
        StatementState.CARRIED: "good",
        StatementState.FAILED: "bad",
        StatementState.HANDED_OVER: "note",
    },
)
MERCHANT = column("of_merchant", _("merchant"), lambda row: link("merchants.merchant", row.merchant_id, row.merchant))


def _content(statement: Statement) -> object:
    page = statement_page(statement, lines_at=reverse("admin:settlement_statement_transfers", args=[statement.pk]))
    return render_to_string("onecard/settlement/statement.html", page)


def _transfer_address(transfer_id: int, kind: int) -> str:
    return reverse("admin:ledger_transfer_change", args=[transfer_id]) if may_view("ledger.transfer") else ""


@admin.register(Statement)
class StatementAdmin(DeedAdmin):
    """结算单."""

    list_display = (
        column("period", _("statement"), str),
        MERCHANT,
        "first_day",
        "last_day",
        STATE,
        money("sales_fen", _("sales")),
        money("fee_fen", _("management fee")),
        money("payable_fen", _("payable")),
    )
    list_filter = (("state", ChoicesDropdownFilter), ("merchant", RelatedDropdownFilter), ("last_day", RangeDateFilter))
    list_select_related = ("merchant",)
    search_fields = ("merchant__code", "merchant__name")
    search_help_text = _("Merchant's code or name")
    ordering = ("-pk",)
    registering = deeds.BUILDING
    deeds = deeds.STATEMENT_DEEDS
    fieldsets = (
        (
            None,
            {
                "fields": (
                    MERCHANT,
                    "number",
                    ("first_day", "last_day"),
                    STATE,
                    column("numbered", _("paper"), lambda row: paper_link(STATEMENT, row.pk)),
                    column(
                        "before",
                        _("statement before"),
                        lambda row: row.previous_id and link("settlement.statement", row.previous_id, row.previous),
                    ),
                    column(
                        "paid_by",
                        _("payments"),
                        lambda row: list_link("settlement.payment", _("Show"), statement__id__exact=row.pk),
                    ),
                )
            },
        ),
        (_("Content"), {"fields": (column("content", _("figures"), _content),)}),
        (
            _("Steps"),
            {
                "fields": (
                    ("built_by", "built_at"),
                    ("checked_by", "checked_at"),
                    ("confirmed_by", "confirmed_at"),
                    "confirmation",
                    ("approved_by", "approved_at"),
                )
            },
        ),
    )

    def more_urls(self) -> list[URLPattern]:
        """The transfers behind its figures."""
        view = self.admin_site.admin_view(self.transfers_view)
        return [*super().more_urls(), path("<int:object_id>/transfers/", view, name="settlement_statement_transfers")]

    def transfers_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The transfers of the statement, or of a day, terminal or meal of it, a page at a time."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        statement = Statement.objects.select_related("merchant").filter(pk=object_id).first()
        if statement is None:
            raise Http404
        made_for(request)
        try:
            shown = transfers_page(statement, request.GET, page=PAGE, address=_transfer_address)
        except ValueError as problem:
            raise Http404 from problem
        page = {**self._context(request), "title": _("Transfers of a statement"), **shown}
        return TemplateResponse(request, "onecard/settlement/transfers.html", page)


@admin.register(PaymentFile)
class PaymentFileAdmin(SiteFileAdmin):
    """付款文件."""

    list_display = (
        column("number", _("payment file"), str),
        column("how_many", _("payments"), lambda row: row.payments.count()),
        money("total_fen", _("total")),
        "made_by",
        "made_at",
    )
    ordering = ("-pk",)
    registering = deeds.MAKING_FILE
    deeds = deeds.FILE_DEEDS
    fields = (
        money("total_fen", _("total")),
        "made_by",
        "made_at",
        column("numbered", _("paper"), lambda row: paper_link(PAYMENT_LIST, row.pk)),
        column("one_by_one", _("one by one"), lambda row: list_link("settlement.payment", _("Show"), file__id__exact=row.pk)),
    )
    fetching = "settlement.fetch_payment_file"
    file_name = "payments"

    def fetch(self, actor: Actor, file_id: int) -> SiteFile:
        """With account numbers in full; the audit log says who took it."""
        return fetch_payment_file(actor, file_id)


@admin.register(Payment)
class PaymentAdmin(DeedAdmin):
    """付款."""

    when_empty = _("A payment is there once its statement is in a payment file.")
    list_display = (
        column("number", _("payment"), lambda row: row.pk),
        column("of_statement", _("statement"), lambda row: link("settlement.statement", row.statement_id, row.statement)),
        column("into", _("bank account"), lambda row: link("merchants.bankaccount", row.account_id, row.account)),
        money("amount_fen", _("amount")),
        badge("state", _("state"), {PaymentState.PAID: "good", PaymentState.FAILED: "bad", PaymentState.HANDED_OVER: "note"}),
        "decided_at",
        "bank_says",
    )
    list_filter = (
        ("state", ChoicesDropdownFilter),
        ("file", RelatedDropdownFilter),
        ("statement__merchant", RelatedDropdownFilter),
    )
    list_select_related = ("statement__merchant", "account")
    search_fields = ("statement__merchant__code", "statement__merchant__name")
    search_help_text = _("Merchant's code or name")
    ordering = ("-pk",)
    fields = (*list_display[1:5], "file", "decided_by", "decided_at", "bank_says")
    deeds = deeds.PAYMENT_DEEDS

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """A statement's page narrows by it."""
        return lookup == "statement__id__exact" or bool(super().lookup_allowed(lookup, value, request))


@admin.register(CorrectionRequest)
class CorrectionRequestAdmin(DeedAdmin):
    """更正申请."""

    when_empty = _("Merchants ask for corrections on their own pages; what they ask comes here.")
    list_display = (
        column("number", _("request"), lambda row: row.pk),
        MERCHANT,
        column("sale", _("transfer"), lambda row: link("ledger.transfer", row.transfer_id, row.transfer_id)),
        money("amount_fen", _("amount")),
        "reason",
        badge(
            "state", _("state"), {CorrectionState.BOOKED: "good", CorrectionState.REJECTED: "bad", CorrectionState.ASKED: "warn"}
        ),
        "asked_by",
        "asked_at",
    )
    list_filter = (("state", ChoicesDropdownFilter), ("merchant", RelatedDropdownFilter))
    list_select_related = ("merchant",)
    ordering = ("-pk",)
    fields = (*list_display[1:], "decided_by", "decided_at", "answer")
    deeds = deeds.CORRECTION_DEEDS
