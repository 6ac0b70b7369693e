"""A sheet as an Excel file: values, not pictures of them; nothing of it is ever a formula or a link."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from onecard.kernel.clock import campus_zone
from onecard.kernel.money import FEN_PER_YUAN
from onecard.papers.types import Cell, CellKind, Sheet, SheetTable

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of a workbook whose texts are texts."""
FORMATS = {CellKind.FEN: "#,##0.00", CellKind.COUNT: "#,##0", CellKind.DATE: "yyyy-mm-dd", CellKind.MOMENT: "yyyy-mm-dd hh:mm:ss"}
COLUMN_WIDTH = 20
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


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
        self.bold = book.add_format({"bold": True})
        self._right = book.add_format({"bold": True, "align": "right"})
        self._formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
        self._totals = {kind: book.add_format({"num_format": form, "bold": True, "top": 1}) for kind, form in FORMATS.items()}
        self._total = book.add_format({"bold": True, "top": 1})

    def page(self, title: str) -> Any:
        """A new worksheet that prints on one page's width."""
        page = self._book.add_worksheet(title.translate(_FORBIDDEN)[:31].strip("' ") or _("Sheet"))
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
        for row in table.rows:
            at_row += 1
            self._row(page, row, kinds=kinds, at_row=at_row, formats=self._formats, text=None)
        if table.total is not None:
            at_row += 1
            self._row(page, table.total, kinds=kinds, at_row=at_row, formats=self._totals, text=self._total)
        return at_row + 1

    def _row(
        self, page: Any, row: Sequence[Cell], *, kinds: Sequence[CellKind], at_row: int, formats: dict[CellKind, Any], text: Any
    ) -> None:
        for at, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
            write_cell(page, at_row, at, cell, kind=kind, form=formats.get(kind), text=text)


def write_cell(page: Any, row: int, column: int, cell: Cell, *, kind: CellKind, form: Any, text: Any = None) -> None:
    """Write one value as what it is; `text` is the format of what is not a number or a time."""
    if cell is None or cell == "":
        page.write_blank(row, column, None, text)
    elif isinstance(cell, int):
        page.write_number(row, column, cell / FEN_PER_YUAN if kind is CellKind.FEN else cell, form)
    elif kind is CellKind.DATE:
        page.write_datetime(row, column, datetime.combine(date.fromisoformat(cell), datetime.min.time()), form)
    elif kind is CellKind.MOMENT:
        moment = datetime.fromisoformat(cell).astimezone(campus_zone()).replace(tzinfo=None)
        page.write_datetime(row, column, moment, form)
    else:
        page.write_string(row, column, cell, text)
