"""Open a delivered table, CSV or Excel, and give its rows with their numbers. Pure: bytes in, rows out; everything is bounded."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from onecard.kernel.csv_lines import MOST_HEADINGS, BadLine, FileRefused, lines_of, too_many_lines, wrong_size
from onecard.people.rules import MAX_ROSTER_BYTES, MAX_ROSTER_LINES, normalised, normalised_code

MAX_COLUMNS = 256
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
HEADING_ROWS = 20
"""Among the first rows: titles may stand above the headings."""
MOST_OF_A_NUMBER = 32
NUMBERS = ("学工号", "学号/工号", "学号", "工号", "person_no", "number", "student number")
"""What the column of people's numbers may be called on a list that names people by it, in small letters."""
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file, its cells (of CSV all text), and whether the line may lack cells at its end."""

    line: int
    cells: tuple[Any, ...]


def rows_of(content: bytes, *, name: str) -> Iterator[Row | BadLine]:
    """The rows that hold anything, in order; FileRefused, with what to do, when the file as a whole cannot be read."""
    if not 0 < len(content) <= MAX_ROSTER_BYTES:
        raise wrong_size(name, size=len(content), most=MAX_ROSTER_BYTES)
    if content.startswith(_OLD_EXCEL):
        words = _("%(file)s is of Excel's old kind, or locked by a password: save it as .xlsx without one")
        raise FileRefused(words % {"file": name})
    rows = _excel_rows(content, name=name) if content.startswith(_ZIP) else _csv_rows(content, name=name)
    for row in rows:
        if row.line > MAX_ROSTER_LINES:
            raise too_many_lines(name, most=MAX_ROSTER_LINES)
        yield row


def headed_rows(content: bytes, *, name: str) -> tuple[list[str], Iterator[Row | BadLine]]:
    """(headings, the rows below them): the headings are the first row with two filled cells. FileRefused when there is none."""
    rows = rows_of(content, name=name)
    for _above, row in zip(range(HEADING_ROWS), rows, strict=False):
        if isinstance(row, Row) and sum(1 for cell in row.cells if str(cell).strip()) > 1:
            return [normalised(str(cell))[:80] for cell in row.cells[:MAX_COLUMNS]], rows
    raise FileRefused(_("%(file)s: none of the first rows names the columns; the file may be damaged") % {"file": name})


def wrong_columns(name: str, wanted: Sequence[str], *, there: Sequence[str]) -> FileRefused:
    """The refusal of a list that has no column, or several, of the wanted names; it gives the first and the last of them."""
    words = _("%(file)s: one column must be called %(wanted)s; there are: %(there)s")
    called = f"{wanted[0]} ({wanted[-1]})"
    return FileRefused(words % {"file": name, "wanted": called, "there": ", ".join(there)[:MOST_HEADINGS]})


def _csv_rows(content: bytes, *, name: str) -> Iterator[Row | BadLine]:
    for line in lines_of(io.BytesIO(content), name=name):
        yield line if isinstance(line, BadLine) else Row(line.line, line.fields)


def _excel_rows(content: bytes, *, name: str) -> Iterator[Row | BadLine]:
    _refuse_bombs(content, name=name)
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).iter_rows()
        for line, cells in enumerate(rows, start=1):
            if any(cell != "" for cell in cells):
                yield Row(line, tuple(cells))
    except CalamineError as problem:
        raise FileRefused(_("%(file)s cannot be read as Excel: save it again as .xlsx") % {"file": name}) from problem


def _refuse_bombs(content: bytes, *, name: str) -> None:
    """A small file can unpack to anything, and one far cell makes a table of billions: look before it is opened."""
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            for part in book.infolist():
                is_sheet = part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")
                tail = b""
                with book.open(part) as file:
                    while chunk := file.read(_CHUNK):
                        unpacked += len(chunk)
                        if unpacked > MAX_UNPACKED_BYTES:
                            raise _unpacks_to_much(name)
                        if is_sheet:
                            _refuse_far_cells(tail + chunk, name=name)
                            tail = chunk[-32:]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as problem:
        if isinstance(problem, FileRefused):
            raise
        raise FileRefused(_("%(file)s is damaged: fetch or save it again") % {"file": name}) from problem


def _unpacks_to_much(name: str) -> FileRefused:
    words = _("%(file)s unpacks to more than %(most)s bytes: copy what is needed into a new file")
    return FileRefused(words % {"file": name, "most": f"{MAX_UNPACKED_BYTES:,}"})


def _refuse_far_cells(xml: bytes, *, name: str) -> None:
    if any(int(row) > MAX_ROSTER_LINES or _column(letters) > MAX_COLUMNS for letters, row in _CELL.findall(xml)):
        words = _("%(file)s has cells beyond line %(lines)s or column %(columns)d: copy it into a new sheet")
        raise FileRefused(words % {"file": name, "lines": f"{MAX_ROSTER_LINES:,}", "columns": MAX_COLUMNS})


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def person_number(cell: Any) -> str:
    """The number in a cell as text, empty for none. One that Excel holds as a number is none: what were its leading zeros?"""
    code = normalised_code(cell) if isinstance(cell, str) else ""
    return code if len(code) <= MOST_OF_A_NUMBER and code.isprintable() else ""
