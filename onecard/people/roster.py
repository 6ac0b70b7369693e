"""Read a roster (学生/教职工名册): columns by what they are called, values normalised and checked, every bad line named.

Pure: no database. What a line means is found by `sql/functions/people_roster_findings.sql`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext

from onecard.kernel.csv_lines import BadLine
from onecard.people import rules
from onecard.people.rules import KINDS, normalised, normalised_code, normalised_name, normalised_phone
from onecard.people.sheets import Row
from onecard.people.types import BadRosterLine, NewPerson, PersonKind, Private, Problem, RosterField, RosterLine

SPELLINGS: Mapping[RosterField, tuple[str, ...]] = {
    RosterField.PERSON_NO: (
        "person_no", "学号/工号", "学工号", "学号", "工号", "人员编号", "职工号", "教工号",
        "student number", "staff number", "number",
    ),
    RosterField.FULL_NAME: ("full_name", "姓名", "name", "full name"),
    RosterField.KIND: ("kind", "类别", "人员类别", "学生类别", "身份"),
    RosterField.UNIT: ("unit", "部门", "单位", "院系", "学院", "所属单位", "department"),
    RosterField.ID_NUMBER: ("id_number", "身份证号", "身份证号码", "证件号", "证件号码", "identity number", "id number"),
    RosterField.PHONE: ("phone", "手机", "手机号", "手机号码", "电话", "联系电话", "telephone", "mobile"),
    RosterField.BORN_ON: ("born_on", "出生日期", "出生年月日", "生日", "birth date", "date of birth"),
    RosterField.VALID_UNTIL: ("valid_until", "有效期", "有效期至", "到期日期", "预计毕业日期", "valid until"),
}  # fmt: skip
"""What a heading may say, in small letters."""
REQUIRED = (RosterField.PERSON_NO, RosterField.FULL_NAME)
CODES = (RosterField.PERSON_NO, RosterField.ID_NUMBER, RosterField.PHONE)
DATES = (RosterField.BORN_ON, RosterField.VALID_UNTIL)
MAX_TEXT = 80


class LineRefused(Exception):
    """A line cannot be used; caught where lines are read."""

    def __init__(self, problem: Problem, detail: object = "") -> None:
        super().__init__(problem)
        self.problem, self.detail = problem, str(detail)


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """How to read a file's rows: the place of each field's column, and the kind of people when no column says it."""

    places: Mapping[RosterField, int]
    default_kind: PersonKind | None
    today: date


def recognised(headings: Sequence[str], *, remembered: Mapping[str, str]) -> dict[RosterField, int]:
    """The place of each field's column: the heading that was remembered for it, else the first one with a usual name."""
    plain = [heading.lower() for heading in headings]
    found: dict[RosterField, int] = {}
    for field, spellings in SPELLINGS.items():
        names = [remembered[field].lower()] if field in remembered else []
        for name in (*names, *spellings):
            if name in plain and plain.index(name) not in found.values():
                found[field] = plain.index(name)
                break
    return found


def missing(places: Mapping[RosterField, int], *, default_kind: str) -> list[RosterField]:
    """The fields without which a roster cannot be read; the kind may follow from the source."""
    needed = REQUIRED if default_kind else (*REQUIRED, RosterField.KIND)
    return [field for field in needed if field not in places]


def read_roster(rows: Iterable[Row | BadLine], *, layout: Layout) -> Iterator[RosterLine | BadRosterLine]:
    """The roster's lines in order, each one good or with its first problem."""
    for row in rows:
        if isinstance(row, BadLine):
            yield BadRosterLine(row.line, Problem.UNREADABLE, row.what)
            continue
        try:
            yield _entry(row, layout=layout)
        except LineRefused as refused:
            yield BadRosterLine(row.line, refused.problem, refused.detail[:200])


def detail_text(problem: str, detail: str) -> str:
    """A bad line's detail in the language of the page; it is kept without one."""
    if problem == Problem.UNREADABLE and detail:
        return gettext(detail)
    field, mark, cell = detail.partition(": ")
    if problem == Problem.NOT_TEXT and mark and field in RosterField.values:
        return f"{RosterField(field).label}{mark}{cell}"
    return detail


def _entry(row: Row, *, layout: Layout) -> RosterLine:
    if len(row.cells) <= max(layout.places.values()):
        raise LineRefused(Problem.UNREADABLE, f"{len(row.cells)} / {max(layout.places.values()) + 1}")
    cells = {field: row.cells[place] for field, place in layout.places.items()}
    texts = {field: _text(cell, field=field) for field, cell in cells.items() if field not in DATES}
    dates = {field: _date(cells.get(field, "")) for field in DATES}
    person = NewPerson(
        person_no=_person_no(texts[RosterField.PERSON_NO]),
        full_name=_name(texts[RosterField.FULL_NAME]),
        kind=_kind(texts.get(RosterField.KIND, ""), default=layout.default_kind),
        unit=_unit(texts.get(RosterField.UNIT, "")),
        valid_until=dates[RosterField.VALID_UNTIL],
    )
    private = _private(texts, born_on=dates[RosterField.BORN_ON], today=layout.today)
    return RosterLine(row.line, person, private)


def _text(cell: Any, *, field: RosterField) -> str:
    """The cell's text. A number is refused, never guessed back into text: what were its leading zeros?"""
    if not isinstance(cell, str):
        raise LineRefused(Problem.NOT_TEXT, f"{field.value}: {cell}")
    return normalised_code(cell) if field in CODES else normalised(cell)


def _date(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = normalised(str(cell)) if isinstance(cell, str) else str(cell)
    found = rules.read_date(text.replace(" ", "")) if text else None
    if text and found is None:
        raise LineRefused(Problem.BAD_DATE, text[:40])
    return found


def _person_no(code: str) -> str:
    if not code:
        raise LineRefused(Problem.NO_NUMBER)
    if not rules.is_person_no(code):
        raise LineRefused(Problem.BAD_NUMBER, code[:40])
    return code


def _name(text: str) -> str:
    if not text:
        raise LineRefused(Problem.NO_NAME)
    return _unit(normalised_name(text))


def _unit(text: str) -> str:
    if len(text) > MAX_TEXT:
        raise LineRefused(Problem.TOO_LONG, text[:40])
    if not text.isprintable():
        raise LineRefused(Problem.CONTROL, ascii(text)[:80])
    return text


def _kind(text: str, *, default: PersonKind | None) -> PersonKind:
    kind = KINDS.get(text.lower()) if text else default
    if kind is None:
        raise LineRefused(Problem.BAD_KIND, text[:40])
    return kind


def _private(texts: Mapping[RosterField, str], *, born_on: date | None, today: date) -> Private:
    """Wrong private values are named by their masks: reports are read by more people than documents."""
    id_number = texts.get(RosterField.ID_NUMBER, "")
    phone = normalised_phone(texts.get(RosterField.PHONE, ""))
    if id_number and not rules.is_id_number(id_number, today=today):
        raise LineRefused(Problem.BAD_ID_NUMBER, rules.masked(id_number)[:40])
    if phone and not rules.is_phone(phone):
        raise LineRefused(Problem.BAD_PHONE, rules.masked_phone(phone)[:40])
    in_number = rules.birth_date_in(id_number)
    if born_on and in_number and born_on != in_number:
        raise LineRefused(Problem.OTHER_BIRTH, born_on)
    return Private(id_number, phone, in_number or born_on)
