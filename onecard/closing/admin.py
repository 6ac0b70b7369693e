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
from onecard.closing.report import report_sheet
from onecard.closing.report_text import report_text
from onecard.kernel.pages import ReadOnlyAdmin, column, link, money
from onecard.papers.pages import excel_file, pdf_file, shown_sheet, text_file


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
        views = {"pdf": self.pdf_view, "excel": self.excel_view, "text": self.text_view}
        return [path(f"<path:object_id>/{kind}/", wrap(view), name=f"closing_dayreport_{kind}") for kind, view in views.items()]

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
            files = {kind: reverse(f"admin:closing_dayreport_{kind}", args=[report.pk]) for kind in ("pdf", "excel", "text")}
            context |= {"files": files, **shown_sheet(report_sheet(report, seal=report.seal))}
        return super().changeform_view(request, object_id, form_url, context)

    def pdf_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The report as PDF, with the seal and a QR code of its page."""
        report = self._report(request, object_id)
        page = reverse("admin:closing_dayreport_change", args=[report.pk])
        sheet = report_sheet(report, seal=report.seal, address=request.build_absolute_uri(page))
        return pdf_file(request, sheet, back=page)

    def excel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The report as an Excel file."""
        report = self._report(request, object_id)
        return excel_file(report_sheet(report, seal=report.seal))

    def text_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The report as text."""
        report = self._report(request, object_id)
        return text_file(report_text(report, seal=report.seal), name=f"{report.report_no}.txt")

    def _report(self, request: HttpRequest, object_id: str) -> DayReport:
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = DayReport.objects.select_related("seal__key").filter(pk=object_id).first()
        if report is None:
            raise Http404
        return report


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
