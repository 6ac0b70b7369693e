"""Pages of closed days: day reports as they print, with Excel and text, and the seals."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from onecard.closing.models import DayReport, Seal
from onecard.closing.report import Cell, Column, Table, paper
from onecard.closing.report_excel import report_excel
from onecard.closing.report_text import report_text
from onecard.kernel.money import yuan
from onecard.kernel.pages import ReadOnlyAdmin, column, link, money

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def shown(table: Table) -> dict[str, Any]:
    """A table of the report for the template: cells with whether they stand to the right."""

    def line(cells: tuple[Cell, ...]) -> list[tuple[str, bool]]:
        return [_cell(cell, kind) for cell, (_heading, kind) in zip(cells, table.headings, strict=True)]

    return {
        "title": table.title,
        "headings": [(heading, kind is not Column.TEXT) for heading, kind in table.headings],
        "rows": [line(row) for row in table.rows],
        "total": line(table.total) if table.total else None,
    }


def _cell(cell: Cell, kind: Column) -> tuple[str, bool]:
    if isinstance(cell, str):
        return cell, kind is not Column.TEXT
    return (yuan(cell) if kind is Column.MONEY else f"{cell:,}"), True


@admin.register(DayReport)
class DayReportAdmin(ReadOnlyAdmin):
    """日结报表: numbered, exactly as it was made."""

    list_display = (
        "report_no",
        "business_date",
        column("transfers", _("transfers"), lambda report: f"{report.figures['transfers']:,}"),
        column("held", _("held records"), lambda report: report.figures["held"]["count"]),
        column("gaps", _("missing numbers"), lambda report: f"{report.figures['gaps']['numbers']:,}"),
        "made_at",
        "made_by",
    )
    list_filter = (("business_date", RangeDateFilter),)
    search_fields = ("report_no",)
    search_help_text = _("Report number")
    ordering = ("-business_date",)
    fields = ()
    change_form_outer_before_template = "onecard/report.html"

    def more_urls(self) -> list[URLPattern]:
        """The report as files."""
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/excel/", wrap(self.excel_view), name="closing_dayreport_excel"),
            path("<path:object_id>/text/", wrap(self.text_view), name="closing_dayreport_text"),
        ]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The report as it prints."""
        report = DayReport.objects.select_related("seal__key").filter(pk=object_id).first()
        context = dict(extra_context or {})
        if report is not None:
            said = paper(report, seal=report.seal)
            files = [reverse(f"admin:closing_dayreport_{kind}", args=[report.pk]) for kind in ("excel", "text")]
            context |= {"paper": said, "tables": [shown(table) for table in said.tables], "files": files}
        return super().changeform_view(request, object_id, form_url, context)

    def excel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The report as an Excel file."""
        report = self._report(request, object_id)
        return _file(report_excel(report, seal=report.seal), kind=EXCEL, name=f"{report.report_no}.xlsx")

    def text_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The report as text."""
        report = self._report(request, object_id)
        return _file(
            report_text(report, seal=report.seal).encode(), kind="text/plain; charset=utf-8", name=f"{report.report_no}.txt"
        )

    def _report(self, request: HttpRequest, object_id: str) -> DayReport:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = DayReport.objects.select_related("seal__key").filter(pk=object_id).first()
        if report is None:
            raise Http404
        return report


def _file(content: bytes, *, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def sealed_day(seal: Seal) -> str:
    """The heading of a seal."""
    return seal.business_date.isoformat()


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    """封账: what each closed day was, chained and signed."""

    list_display = (
        "business_date",
        column("count", _("transfers"), lambda seal: f"{seal.transfers:,}"),
        money("sum_fen", _("sum")),
        column("short_root", _("root"), lambda seal: f"{seal.root[:16]}…"),
        column("paper", _("day report"), lambda seal: link("closing.dayreport", seal.report_id, seal.report_id)),
        "sealed_at",
    )
    list_filter = (("business_date", RangeDateFilter),)
    list_select_related = ("report",)
    heading = staticmethod(sealed_day)
    ordering = ("-business_date",)
    fieldsets = (
        (
            None,
            {"fields": ("business_date", list_display[1], list_display[2], "first_id", "last_id", list_display[4], "sealed_at")},
        ),
        (
            _("Proof"),
            {
                "fields": (
                    "root",
                    "previous_hash",
                    "hash",
                    column("key_name", _("key"), lambda seal: seal.key_id),
                    column("signed", _("signature"), lambda seal: bytes(seal.signature).hex()),
                )
            },
        ),
    )
