"""Registers of closed months, of finance's figures and of reconciliations; only read."""

from __future__ import annotations

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from onecard.kernel.excel import TYPE
from onecard.kernel.pages import ReadOnlyAdmin, amount_text, column, link, money
from onecard.months.models import FinanceFigure, MonthClose, Reconciliation
from onecard.months.papers import DEPOSITS, RECONCILIATION, REPORT
from onecard.months.queries import vouchers_of
from onecard.months.types import MonthSpan
from onecard.months.voucher_layout import LayoutProblem, layout_of_site
from onecard.months.vouchers import vouchers_csv, vouchers_excel
from onecard.papers.queries import paper_of
from onecard.papers.types import PaperKind


def _paper(kind: PaperKind, *, subject: str, number: str) -> object:
    found = paper_of(kind, subject)
    return number if found is None else link("papers.paper", found.pk, number)


def _named(row: MonthClose | FinanceFigure | Reconciliation) -> str:
    return f"{row.month:%Y-%m}"


def _sheet(row: MonthClose) -> object:
    sheet = row.reconciliation
    return None if sheet is None else link("months.reconciliation", sheet.pk, sheet.paper_no)


MONTH = column("month_name", _("month"), _named)


@admin.register(MonthClose)
class MonthCloseAdmin(ReadOnlyAdmin):
    """月结."""

    when_empty = _("Months are closed on the page Close the month, once finance's balance agrees.")
    list_display = (
        MONTH,
        "first_day",
        "last_day",
        money("opening_fen", _("opening balance")),
        money("in_fen", _("in")),
        money("out_fen", _("out")),
        money("books_fen", _("the centre's balance")),
        money("finance_fen", _("finance's balance")),
        money("difference_fen", _("difference")),
        column("report", _("month report"), lambda row: _paper(REPORT, subject=str(row), number=row.report_no)),
        column("deposits", _("total of deposits"), lambda row: _paper(DEPOSITS, subject=str(row), number=row.deposits_no)),
    )
    list_select_related = ("reconciliation",)
    heading = staticmethod(_named)
    ordering = ("-month",)
    change_form_outer_before_template = "onecard/vouchers.html"
    fields = (
        *list_display[:3],
        "business_days",
        "transfers",
        *list_display[3:],
        column("sheet", _("reconciliation"), _sheet),
        "closed_at",
        "closed_by",
    )

    def more_urls(self) -> list[URLPattern]:
        """The month's vouchers as files."""
        wrap = self.admin_site.admin_view
        return [
            path(f"<path:object_id>/vouchers/{kind}/", wrap(self.vouchers_view), {"kind": kind}, f"months_monthclose_{kind}")
            for kind in ("csv", "excel")
        ]

    def vouchers_view(self, request: HttpRequest, object_id: str, *, kind: str) -> HttpResponse:
        """凭证: by day and subject, in the layout of the site; that it was taken is noted."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        closed = MonthClose.objects.filter(pk=object_id).first()
        if closed is None:
            raise Http404
        try:
            layout = layout_of_site()
        except LayoutProblem as problem:
            messages.error(request, str(problem))
            return redirect("admin:months_monthclose_change", object_id)
        self.admin_site.note_export(request, f"months.monthclose?vouchers {closed} {kind}")
        lines = vouchers_of(MonthSpan(closed.month, closed.first_day, closed.last_day))
        content = vouchers_csv(lines, layout=layout) if kind == "csv" else vouchers_excel(lines, layout=layout)
        name = f"vouchers-{closed}.{'csv' if kind == 'csv' else 'xlsx'}"
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="text/csv" if kind == "csv" else TYPE, headers=disposition)


@admin.register(FinanceFigure)
class FinanceFigureAdmin(ReadOnlyAdmin):
    """财务账面余额: every figure that was given; the newest of a month counts."""

    when_empty = _("Finance gives its balance on the page Close the month, by hand or as a file.")
    list_display = (MONTH, money("payable_fen", _("finance's balance")), "file_name", "lines", "given_by", "given_at")
    heading = staticmethod(_named)
    ordering = ("-pk",)
    fields = (*list_display, "file_digest")


def _items(sheet: Reconciliation) -> object:
    lines = ((amount_text(one.amount_fen), one.reason, one.reference) for one in sheet.items.order_by("position"))
    rows = format_html_join("", '<tr><td class="oc-right">{}</td><td>{}</td><td>{}</td></tr>', lines)
    return format_html('<table class="oc-table"><tbody>{}</tbody></table>', rows)


def _sheet_paper(sheet: Reconciliation) -> object:
    subject = f"{sheet.month:%Y-%m} {sheet.books_fen} {sheet.finance_fen}"
    return _paper(RECONCILIATION, subject=subject, number=sheet.paper_no)


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnlyAdmin):
    """余额调节表."""

    when_empty = _("When the balances differ, the settlement clerk proposes a reconciliation on the page Close the month.")
    list_display = (
        MONTH,
        column("paper", _("paper"), _sheet_paper),
        money("books_fen", _("the centre's balance")),
        money("finance_fen", _("finance's balance")),
        money("difference_fen", _("difference")),
        "signed_by",
        "signed_at",
    )
    heading = staticmethod(_named)
    ordering = ("-pk",)
    fields = (
        *list_display[:5],
        column("items_of", _("items"), _items),
        "signed_by",
        "signed_at",
        column(
            "approval", _("proposal"), lambda one: one.proposal_id and link("access.proposal", one.proposal_id, one.proposal_id)
        ),
    )
