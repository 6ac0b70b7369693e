"""Reports on the audit log for a span of days: who did what, and the software-use register (R22.2); as page, Excel and PDF."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access.pages import DeedForm
from onecard.access.types import SessionEnd
from onecard.audit.queries import deeds_by_operator, software_use
from onecard.kernel import clock
from onecard.papers.pages import excel_file, pdf_file, shown_sheet
from onecard.papers.types import Cell, CellKind, Sheet, SheetTable
from onecard.web.audit_words import title_of

PERMISSION = "audit.view_reports"
MOST_LINES = 10_000
MOST_DAYS = 92
LAST_DAYS = timedelta(days=6)
"""Unasked, a report is of today and so many days before."""


class SpanForm(DeedForm):
    """From which day to which, both included."""

    since = forms.DateField(label=_("from"))
    until = forms.DateField(label=_("to"))

    def clean(self) -> dict[str, Any]:
        """The days in order, and not too many."""
        said: dict[str, Any] = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and not since <= until < since + timedelta(days=MOST_DAYS):
            raise forms.ValidationError(
                _now("The last day must not be before the first; at most %(most)s days.") % {"most": MOST_DAYS}
            )
        return said


Lines = list[tuple[Cell, ...]]


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A report: its name in the address, its title and what it is for, its columns, and its lines of some days."""

    name: str
    title: Any
    explains: Any
    headings: tuple[tuple[Any, CellKind], ...]
    lines: Callable[[date, date], Lines]


def _deeds(since: date, until: date) -> Lines:
    counted = deeds_by_operator(since, until, most=MOST_LINES + 1)
    return [
        (one.operator, one.day.isoformat(), title_of(one.action), one.action, one.times, one.refused or None) for one in counted
    ]


def _uses(since: date, until: date) -> Lines:
    return [
        (
            use.operator,
            use.workstation,
            use.since.isoformat(),
            use.until.isoformat() if use.until else None,
            str(SessionEnd[use.ended].label) if use.ended else None,
            use.deeds,
        )
        for use in software_use(since, until, most=MOST_LINES + 1)
    ]


REPORTS = {
    report.name: report
    for report in (
        Report(
            "who_did_what",
            _("Who did what"),
            _("How often each operator did what on each day, from the audit log."),
            (
                (_("Operator"), CellKind.TEXT),
                (_("Day"), CellKind.DATE),
                (_("Action"), CellKind.TEXT),
                (_("Name"), CellKind.TEXT),
                (_("Times"), CellKind.COUNT),
                (_("Refused times"), CellKind.COUNT),
            ),
            _deeds,
        ),
        Report(
            "software_use",
            _("Software-use register"),
            _("Who used the system, from which workstation, from when until when. Log-ins and log-outs fill it by themselves."),
            (
                (_("Operator"), CellKind.TEXT),
                (_("Workstation"), CellKind.TEXT),
                (_("Log-in time"), CellKind.MOMENT),
                (_("Log-out time"), CellKind.MOMENT),
                (_("Ended because"), CellKind.TEXT),
                (_("Actions"), CellKind.COUNT),
            ),
            _uses,
        ),
    )
}


def report_page(
    request: HttpRequest, report: Report, *, context: dict[str, Any], note: Callable[[HttpRequest, str], None]
) -> HttpResponse:
    """The report of the days asked for, or of the last week; `note` is called before it leaves as a file."""
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied
    today = clock.today()
    asked = {"since": request.GET.get("since") or today - LAST_DAYS, "until": request.GET.get("until") or today}
    form = SpanForm(asked)
    sheet = _sheet(report, form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None
    is_long = sheet is not None and len(sheet.tables[0].rows) > MOST_LINES
    form_of_file = request.GET.get("as")
    if sheet is not None and not is_long and form_of_file in ("excel", "pdf"):
        note(request, f"audit.reports?{report.name} {form.cleaned_data['since']} {form.cleaned_data['until']}")
        return excel_file(sheet) if form_of_file == "excel" else pdf_file(request, sheet, back=request.path)
    page = {**context, "title": report.title, "explains": report.explains, "form": form, "is_long": is_long}
    if sheet is not None and not is_long:
        page |= {**shown_sheet(sheet), "span": form.cleaned_data}
    return TemplateResponse(request, "onecard/audit_report.html", page)


def _sheet(report: Report, since: date, until: date) -> Sheet:
    lines = report.lines(since, until)
    return Sheet(
        title=str(report.title),
        number=f"{since:%Y%m%d}-{until:%Y%m%d}",
        facts=((_now("From"), since.isoformat()), (_now("To"), until.isoformat())),
        tables=(SheetTable("", tuple((str(title), kind) for title, kind in report.headings), tuple(lines)),),
        marks=(),
        made_at=clock.now().isoformat(),
    )
