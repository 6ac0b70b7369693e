"""A roster's difference report as an Excel file; private values stay out of it."""

from __future__ import annotations

import tempfile

import xlsxwriter
from django.utils.translation import gettext as _

from onecard.people.models import RosterLine
from onecard.people.person_deeds import FIELD_WORDS
from onecard.people.roster import detail_text
from onecard.people.types import Finding, PersonKind, Problem

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORDER = (Finding.ERROR, Finding.CONFLICT, Finding.LEFT, Finding.CHANGED, Finding.NEW)
WIDTH = 18


def report_excel(roster_id: int) -> bytes:
    """Every line but the unchanged ones, what is wrong first; written row by row, so memory does not grow with the roster."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with tempfile.TemporaryFile() as file:
        with xlsxwriter.Workbook(file, options) as book:
            sheet = book.add_worksheet()
            sheet.set_column(0, 9, WIDTH)
            sheet.freeze_panes(1, 0)
            sheet.write_row(0, 0, _headings(), book.add_format({"bold": True}))
            at = 0
            for finding in ORDER:
                rows = RosterLine.objects.filter(roster_id=roster_id, finding=finding).order_by("line", "pk")
                for line in rows.select_related("other").defer("id_number", "phone").iterator(chunk_size=2_000):
                    at += 1
                    sheet.write_row(at, 0, _cells(line))
        file.seek(0)
        return file.read()


def _headings() -> list[str]:
    return [
        _("line"),
        _("finding"),
        _("person's number"),
        _("full name"),
        _("kind"),
        _("unit"),
        _("before"),
        _("problem"),
        _("detail"),
        _("the other"),
    ]


def _cells(line: RosterLine) -> list[str | int]:
    before = "; ".join(f"{FIELD_WORDS.get(name, _('state'))}: {value or '—'}" for name, value in line.before.items())
    return [
        line.line or "",
        str(Finding(line.finding).label),
        line.person_no,
        line.full_name,
        str(PersonKind(line.kind).label) if line.kind else "",
        line.unit,
        before,
        str(Problem(line.problem).label) if line.problem else "",
        detail_text(line.problem, line.detail),
        str(line.other) if line.other else "",
    ]
