"""Rosters for tests: files with any lines, and the way from file to report to people."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import xlsxwriter

from onecard.access.types import Actor
from onecard.people.actions.apply_roster import apply_roster
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.read_roster import read_whole_roster
from onecard.people.actions.receive_roster import receive_roster
from onecard.people.models import RosterLine
from onecard.people.queries import roster_report
from onecard.people.rules import check_digit
from onecard.people.types import PersonKind, RosterFile, RosterOutcome

CLERK = Actor.system("clerk")
HEADINGS = ("学号", "姓名", "类别", "部门", "身份证号", "手机号", "出生日期", "有效期至")
STUDENTS = (PersonKind.UNDERGRADUATE, PersonKind.POSTGRADUATE)
Cells = Sequence[object]


def identity(number: int, *, born_on: date = date(2006, 5, 4)) -> str:
    """An identity number with a right check digit; another `number` (below 1,000) is another human born on the same day."""
    first = f"110105{born_on:%Y%m%d}{number:03d}"
    return first + check_digit(first)


def csv_of(lines: Iterable[Cells], *, headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> bytes:
    """The lines as a CSV file under the headings."""
    text = "".join(",".join(str(cell) for cell in line) + "\n" for line in (headings, *lines))
    return text.encode(encoding)


def excel_of(lines: Iterable[Cells], *, headings: Sequence[str] = HEADINGS) -> bytes:
    """The same as an Excel file: numbers as numbers, dates as dates, text as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        sheet = book.add_worksheet()
        for at, line in enumerate((headings, *lines)):
            for column, cell in enumerate(line):
                if isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                elif isinstance(cell, date):
                    sheet.write_datetime(at, column, datetime.combine(cell, datetime.min.time()))
                else:
                    sheet.write_number(at, column, cell)
    return buffer.getvalue()


def stage(content: bytes, *, name: str = "roster.csv", is_full: bool = False) -> int:
    """Receive and read the file for the source `students`; the import's id."""
    name_roster_source(CLERK, "students", title="Student system", kinds=STUDENTS)
    received = receive_roster(CLERK, "students", file=RosterFile(name, content), is_full=is_full)
    assert received.import_id is not None, received.what
    for _done, _total in read_whole_roster(CLERK, received.import_id):
        pass
    return received.import_id


def apply(roster_id: int) -> RosterOutcome:
    """Apply the report as it stands."""
    return apply_roster(CLERK, roster_id, digest=roster_report(roster_id).digest.hex())


def findings(roster_id: int) -> list[tuple[int | None, str, str]]:
    """(line, finding, problem) of every line, in the file's order; who is not in the roster comes last."""
    rows = RosterLine.objects.filter(roster_id=roster_id).values_list("line", "finding", "problem")
    return sorted(rows, key=lambda row: (row[0] is None, row[0] or 0))
