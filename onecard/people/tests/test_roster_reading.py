"""Reading rosters: formats, encodings, headings, values, damage. No database."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest

from onecard.kernel.csv_lines import MAX_LINE_BYTES, FileRefused
from onecard.people import roster
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.sheets import headed_rows
from onecard.people.tests.rosters import HEADINGS, csv_of, excel_of, identity
from onecard.people.types import BadRosterLine, NewPerson, PersonKind, Private, Problem, RosterField, RosterLine

WANG = ("2026001", "王伟", "本科生", "物理学院", identity(1), "13800001234", "", "2030-06-30")
LI = ("2026002", "李娜", "教职工", "图书馆", "", "", "1980-01-02", "")
TODAY = date(2026, 9, 1)


def read(content: bytes, **remembered: str) -> list[RosterLine | BadRosterLine]:
    headings, rows = headed_rows(content, name="roster")
    places = roster.recognised(headings, remembered=remembered)
    assert roster.missing(places, default_kind="") == []
    return list(roster.read_roster(rows, layout=roster.Layout(places, None, TODAY)))


EXPECTED = [
    RosterLine(
        2,
        NewPerson("2026001", "王伟", PersonKind.UNDERGRADUATE, "物理学院", date(2030, 6, 30)),
        Private(identity(1), "13800001234", date(2006, 5, 4)),
    ),
    RosterLine(3, NewPerson("2026002", "李娜", PersonKind.STAFF, "图书馆"), Private(born_on=date(1980, 1, 2))),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_csv_in_every_encoding(encoding: str, ending: str) -> None:
    text = csv_of([WANG, LI]).decode().replace("\n", ending)
    assert read(text.encode(encoding)) == EXPECTED
    assert read(text.removesuffix(ending).encode(encoding)) == EXPECTED


def test_excel_with_dates_and_a_title_above() -> None:
    wang = (*WANG[:7], date(2030, 6, 30))
    assert read(excel_of([wang, LI])) == EXPECTED
    titled = read(excel_of([HEADINGS, wang, LI], headings=("二〇二六级新生名册",)))
    assert [one.line for one in titled] == [3, 4]
    assert isinstance(titled[0], RosterLine)
    assert titled[0].person == EXPECTED[0].person


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        (0, 2026001, Problem.NOT_TEXT),
        (0, 26.5, Problem.NOT_TEXT),
        (4, 110105194912310, Problem.NOT_TEXT),
        (5, 13800001234, Problem.NOT_TEXT),
        (1, 5, Problem.NOT_TEXT),
        (6, 38000, Problem.BAD_DATE),
    ],
)
def test_excel_numbers_are_never_guessed(column: int, cell: float, problem: Problem) -> None:
    line: list[object] = list(WANG)
    line[column] = cell
    [found] = read(excel_of([line]))
    assert isinstance(found, BadRosterLine)
    assert found.problem is problem


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({0: ""}, Problem.NO_NUMBER),
        ({0: "1/2"}, Problem.BAD_NUMBER),
        ({0: "1" * 33}, Problem.BAD_NUMBER),
        ({1: " "}, Problem.NO_NAME),
        ({1: "王" * 81}, Problem.TOO_LONG),
        ({1: "王\x07伟"}, Problem.CONTROL),
        ({2: "教皇"}, Problem.BAD_KIND),
        ({2: ""}, Problem.BAD_KIND),
        ({4: identity(1)[:17] + ("0" if identity(1)[17] != "0" else "1")}, Problem.BAD_ID_NUMBER),
        ({5: "12"}, Problem.BAD_PHONE),
        ({6: "gestern"}, Problem.BAD_DATE),
        ({6: "2006-05-05"}, Problem.OTHER_BIRTH),
        ({7: "2030-13-01"}, Problem.BAD_DATE),
        ({7: '"2030'}, Problem.UNREADABLE),
        ({3: "物" * MAX_LINE_BYTES}, Problem.UNREADABLE),
        ({3: "a\x00b"}, Problem.UNREADABLE),
    ],
)
def test_a_bad_line_is_named_and_the_others_go_on(changes: dict[int, str], problem: Problem) -> None:
    line = [changes.get(at, cell) for at, cell in enumerate(WANG)]
    first, found, last = read(csv_of([WANG, line, LI]))
    assert isinstance(found, BadRosterLine)
    assert (found.line, found.problem) == (3, problem)
    assert identity(1) not in found.detail
    assert first == EXPECTED[0]
    assert isinstance(last, RosterLine)


def test_a_file_torn_in_a_line_has_an_error_there() -> None:
    content = csv_of([WANG, LI])
    last = read(content[: content.rindex("图书馆".encode())])[-1]
    assert isinstance(last, BadRosterLine)
    assert (last.line, last.problem) == (3, Problem.UNREADABLE)
    cut_in_a_sign = read(content[: content.rindex("图书馆".encode()) + 1])[-1]
    assert isinstance(cut_in_a_sign, BadRosterLine)


def test_bytes_of_another_encoding_are_named() -> None:
    [_good, found] = read(csv_of([WANG]) + b"1,\xff\xfe,staff,x,,,,\n")
    assert isinstance(found, BadRosterLine)
    assert found.problem is Problem.UNREADABLE


@pytest.mark.parametrize(
    ("headings", "remembered", "place"),
    [
        (("姓名", "学号"), {}, 1),
        (("Full name", "Person_no"), {}, 1),
        (("姓名", "学籍号"), {}, None),
        (("姓名", "学籍号"), {"person_no": "学籍号"}, 1),
        (("学号", "学籍号", "姓名"), {"person_no": "学籍号"}, 1),
        (("学号", "姓名"), {"person_no": "学籍号"}, 0),
    ],
)
def test_columns_are_recognised(headings: tuple[str, ...], remembered: dict[str, str], place: int | None) -> None:
    assert roster.recognised(headings, remembered=remembered).get(RosterField.PERSON_NO) == place


def test_a_column_is_taken_once() -> None:
    assert roster.recognised(["姓名", "学号"], remembered={"unit": "学号"})[RosterField.PERSON_NO] == 1
    assert RosterField.UNIT not in roster.recognised(["姓名", "学号"], remembered={"unit": "学号"})


def bomb() -> bytes:
    """A book whose sheet is a small table with one cell far away."""
    source = zipfile.ZipFile(io.BytesIO(excel_of([WANG])))
    buffer = io.BytesIO()
    with source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for part in source.infolist():
            content = source.read(part)
            if part.filename.endswith("sheet1.xml"):
                content = content.replace(b'<c r="A2"', b'<c r="XFD1048576"')
            book.writestr(part.filename, content)
    return buffer.getvalue()


def unpacking() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book, book.open("xl/worksheets/sheet1.xml", "w") as sheet:
        for _megabyte in range(513):
            sheet.write(bytes(1 << 20))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 bytes"),
        (bytes(MAX_ROSTER_BYTES + 1), "can be read"),
        (b"\xff\xfe1\x00,\x00", "names the columns"),
        (b"one column\n" * 30, "names the columns"),
        (b"PK\x03\x04 but no archive", "damaged"),
        (excel_of([WANG])[:-400], "damaged"),
        (b"\xd0\xcf\x11\xe0old", "save it as .xlsx"),
        (bomb(), "beyond line"),
        (unpacking(), "unpacks to more"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused, match=says):
        list(headed_rows(content, name="roster")[1])
