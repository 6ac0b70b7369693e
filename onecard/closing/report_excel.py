"""The day report as an Excel file: a sheet of facts and seal, and a sheet for each table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC

import xlsxwriter
from django.utils.translation import gettext as _

from onecard.closing.models import DayReport, Seal
from onecard.closing.report import Cell, Column, Table, paper
from onecard.kernel.money import FEN_PER_YUAN

COLUMN_WIDTH = 22
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


def report_excel(report: DayReport, *, seal: Seal) -> bytes:
    """The report in the active language as an .xlsx file. Money is in yuan with two decimals; nothing is a formula."""
    said = paper(report, seal=seal)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        # The file carries the report's own time, so that printing it again gives the same bytes.
        book.set_properties({"title": f"{said.title} {report.report_no}", "created": report.made_at.astimezone(UTC)})
        _facts_sheet(book, title=said.title, facts=[*said.facts, *said.seal])
        for table in said.tables:
            _table_sheet(book, table)
    return buffer.getvalue()


def _facts_sheet(book: xlsxwriter.Workbook, *, title: str, facts: Sequence[tuple[str, str]]) -> None:
    sheet = book.add_worksheet(_sheet_name(title))
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 1, COLUMN_WIDTH)
    sheet.write_string(0, 0, title, bold)
    for at, (name, value) in enumerate(facts, start=2):
        sheet.write_string(at, 0, name)
        sheet.write_string(at, 1, value)


def _table_sheet(book: xlsxwriter.Workbook, table: Table) -> None:
    # The title of a list ends in its totals; the sheet is named by what stands before them.
    sheet = book.add_worksheet(_sheet_name(table.title.partition(":")[0].partition("：")[0]))
    bold = book.add_format({"bold": True})
    sheet.set_column(0, len(table.headings) - 1, COLUMN_WIDTH)
    sheet.write_string(0, 0, table.title, bold)
    for at, (heading, _column) in enumerate(table.headings):
        sheet.write_string(2, at, heading, bold)
    rows = table.rows if table.total is None else (*table.rows, table.total)
    for at_row, row in enumerate(rows, start=3):
        _write_row(book, sheet, at_row, row, columns=[column for _, column in table.headings])
    sheet.freeze_panes(3, 0)


def _write_row(
    book: xlsxwriter.Workbook,
    sheet: xlsxwriter.workbook.Worksheet,
    at_row: int,
    row: Sequence[Cell],
    *,
    columns: Sequence[Column],
) -> None:
    money = book.add_format({"num_format": "#,##0.00"})
    for at, (cell, column) in enumerate(zip(row, columns, strict=True)):
        if isinstance(cell, str):
            sheet.write_string(at_row, at, cell)
        elif column is Column.MONEY:
            sheet.write_number(at_row, at, cell / FEN_PER_YUAN, money)
        else:
            sheet.write_number(at_row, at, cell)


def _sheet_name(title: str) -> str:
    return title.translate(_FORBIDDEN)[:31] or _("Sheet")
