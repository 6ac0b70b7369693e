"""A sheet as an Excel file: values, not pictures of them; nothing of it is ever a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from onecard.kernel.excel import PLAIN, Formats, page_name, write_value
from onecard.papers.types import Cell, CellKind, Sheet, SheetTable

COLUMN_WIDTH = 20


def excel_of(sheet: Sheet) -> bytes:
    """The sheet as an .xlsx file, money in yuan with two decimals; the same bytes for the same sheet.

    One table stands under the lines of the head; several have a worksheet each.
    """
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN}) as book:
        # The file carries the paper's own time, so that making it again gives the same bytes.
        created = datetime.fromisoformat(sheet.made_at).astimezone(UTC)
        book.set_properties({"title": f"{sheet.title} {sheet.number}", "created": created})
        writer = _Writer(book)
        page, at_row = writer.page(sheet.title), 0
        page.write_string(at_row, 0, sheet.title, writer.bold)
        at_row = writer.pairs(page, sheet.facts, at_row=at_row + 2) + 1
        if len(sheet.tables) == 1:
            at_row = writer.table(page, sheet.tables[0], at_row=at_row) + 1
        signed = [(box.title, f"{box.who} {box.when}".strip()) for box in sheet.boxes]
        writer.pairs(page, [*signed, *sheet.marks], at_row=at_row)
        for table in sheet.tables if len(sheet.tables) > 1 else ():
            # The title of a list may end in its totals; the worksheet is named by what stands before them.
            page = writer.page(table.title.partition(":")[0].partition("：")[0])
            page.write_string(0, 0, table.title, writer.bold)
            writer.table(page, table, at_row=2)
            page.freeze_panes(3, 0)
    return buffer.getvalue()


class _Writer:
    """A workbook with its formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._plain, self._total = Formats(book), Formats(book, bold=True, top=1)
        self.bold = book.add_format({"bold": True})
        self._right = book.add_format({"bold": True, "align": "right"})

    def page(self, title: str) -> Any:
        """A new worksheet that prints on A4, on one page's width."""
        page = self._book.add_worksheet(page_name(title) or _("Sheet"))
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_column(0, 25, COLUMN_WIDTH)
        return page

    def pairs(self, page: Any, lines: Sequence[tuple[str, str]], *, at_row: int) -> int:
        """Names and values; the row after them."""
        for at, (name, value) in enumerate(lines, start=at_row):
            page.write_string(at, 0, name)
            page.write_string(at, 1, value)
        return at_row + len(lines)

    def table(self, page: Any, table: SheetTable, *, at_row: int) -> int:
        """Headings, rows and total; the row after them."""
        for at, (heading, kind) in enumerate(table.headings):
            page.write_string(at_row, at, heading, self._right if kind.is_right else self.bold)
        kinds = [kind for _heading, kind in table.headings]
        lines = [(row, self._plain) for row in table.rows]
        lines += [] if table.total is None else [(table.total, self._total)]
        for line, (row, formats) in enumerate(lines, start=at_row + 1):
            for at, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
                value = cell if row is table.total and isinstance(cell, str) else _value(cell, kind)  # "Total" is no date
                write_value(page, line, at, value, formats=formats, is_amount=kind is CellKind.FEN)
        return at_row + len(lines) + 1


def _value(cell: Cell, kind: CellKind) -> object:
    if not isinstance(cell, str) or not cell:
        return cell
    if kind is CellKind.DATE:
        return date.fromisoformat(cell)
    return datetime.fromisoformat(cell) if kind is CellKind.MOMENT else cell
