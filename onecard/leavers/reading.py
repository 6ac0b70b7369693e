"""Read a list of leavers (Excel, CSV): who by number, and the name where the list has one. Pure: bytes in, lines out."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from onecard.kernel.csv_lines import BadLine, FileRefused, too_many_lines
from onecard.leavers.types import MAX_LEAVERS, WantedLeaver
from onecard.people.rules import normalised_name
from onecard.people.sheets import NUMBERS, Row, headed_rows, person_number, wrong_columns

MOST_OF_A_NAME = 80
NAMES = ("姓名", "学生姓名", "full_name", "name")
"""What the column of names may be called, in small letters; it may be missing."""


def read_leavers(content: bytes, *, name: str) -> list[WantedLeaver]:
    """The list's lines in order. FileRefused, with what to do, when the file as a whole cannot be used."""
    headings, rows = headed_rows(content, name=name)
    plain = [heading.lower() for heading in headings]
    numbers, names = (_places(plain, words) for words in (NUMBERS, NAMES))
    if len(numbers) != 1:
        raise wrong_columns(name, NUMBERS, there=plain)
    if len(names) > 1:
        raise FileRefused(_("%(file)s: more than one column holds names; keep one") % {"file": name})
    lines: list[WantedLeaver] = []
    for row in rows:
        if len(lines) == MAX_LEAVERS:
            raise too_many_lines(name, most=MAX_LEAVERS)
        lines.append(_wanted(row, number=numbers[0], name=names[0] if names else None))
    return lines


def _places(plain: Sequence[str], words: Sequence[str]) -> list[int]:
    return [at for at, heading in enumerate(plain) if heading in words]


def _wanted(row: Row | BadLine, *, number: int, name: int | None) -> WantedLeaver:
    if isinstance(row, BadLine):
        return WantedLeaver(row.line)
    code = row.cells[number] if number < len(row.cells) else ""
    return WantedLeaver(row.line, person_number(code), "" if name is None else _name(row, at=name))


def _name(row: Row, *, at: int) -> str:
    return normalised_name(str(row.cells[at]))[:MOST_OF_A_NAME] if at < len(row.cells) else ""
