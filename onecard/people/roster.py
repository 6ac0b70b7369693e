"""Read a roster file (学生/教职工名册): columns by English or Chinese name, values normalised, every bad line named.

Pure: no database. What is applied is decided in `actions/import_roster.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

from onecard.kernel.csv_lines import BadLine, CsvLine, FileRefused, columns_of, read_lines
from onecard.people.types import NewPerson, PersonKind, RosterLine

MAX_ROSTER_LINES = 200_000

COLUMNS = {
    "person_no": ("person_no", "学号/工号", "学工号", "学号", "工号", "number"),
    "full_name": ("full_name", "姓名", "name"),
    "kind": ("kind", "类别", "人员类别"),
    "unit": ("unit", "部门", "单位", "院系"),
}

KINDS = {
    **{kind.value: kind for kind in PersonKind},
    "student": PersonKind.UNDERGRADUATE,
    "学生": PersonKind.UNDERGRADUATE,
    "本科生": PersonKind.UNDERGRADUATE,
    "研究生": PersonKind.POSTGRADUATE,
    "教职工": PersonKind.STAFF,
    "教工": PersonKind.STAFF,
    "职工": PersonKind.STAFF,
    "离退休": PersonKind.RETIRED,
    "退休": PersonKind.RETIRED,
    "家属": PersonKind.FAMILY,
    "外聘": PersonKind.CONTRACTOR,
    "访客": PersonKind.VISITOR,
}
"""What the kind column may say, after normalisation and in lower case."""


def normalised(text: str) -> str:
    """Full width to half width (NFKC), runs of space to one, none at the ends: "２０２６ １ " and "2026 1" are the same."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def read_roster(path: Path) -> Iterator[RosterLine | BadLine]:
    """The roster's lines in order. FileRefused when the file as a whole cannot be read; see `kernel.csv_lines`.

    A number that comes again is a BadLine, whether the content is the same or not: the first line counts.
    """
    lines = read_lines(path)
    places = columns_of(next(lines, None), names=COLUMNS, file=path.name)
    first_lines: dict[str, int] = {}
    for line in lines:
        if line.line > MAX_ROSTER_LINES:
            raise FileRefused(f"{path.name} has more than {MAX_ROSTER_LINES:,} lines: split it")
        entry = _entry(line, places=places, file=path.name)
        if isinstance(entry, RosterLine):
            first = first_lines.setdefault(entry.person.person_no, entry.line)
            if first != entry.line:
                no = entry.person.person_no
                entry = BadLine(path.name, entry.line, f"number {no} is on line {first} already; keep one of them")
        yield entry


def _entry(line: CsvLine | BadLine, *, places: dict[str, int], file: str) -> RosterLine | BadLine:
    if isinstance(line, BadLine):
        return line
    if len(line.fields) <= max(places.values()):
        return BadLine(file, line.line, f"has {len(line.fields)} fields, the header names more; complete it")
    text = {column: normalised(line.fields[at]) for column, at in places.items()}
    person_no, kind = text["person_no"].replace(" ", "").upper(), KINDS.get(text["kind"].lower())
    if problem := _problem(person_no=person_no, full_name=text["full_name"], unit=text["unit"]):
        return BadLine(file, line.line, problem)
    if kind is None:
        return BadLine(file, line.line, f"kind {text['kind'][:40]!r} is unknown; use one of: {', '.join(KINDS)}")
    return RosterLine(line.line, NewPerson(person_no, text["full_name"], kind, text["unit"]))


def _problem(*, person_no: str, full_name: str, unit: str) -> str | None:
    """What is wrong with the values, and what to do; None when nothing is. The bounds are those of the table's columns."""
    if not person_no:
        return "the number is empty; fill it in"
    if len(person_no) > 32 or not all(sign.isalnum() or sign in "-_." for sign in person_no):
        return f"number {person_no[:40]!r} is not at most 32 letters, digits, '-', '_' or '.'; correct it"
    if not full_name:
        return "the name is empty; fill it in"
    if len(full_name) > 80 or len(unit) > 80:
        return "name and unit have at most 80 characters; shorten them"
    if not (full_name + unit).isprintable():
        return "name or unit hold a control character; remove it"
    return None
