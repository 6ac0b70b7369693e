"""Read a list of subsidies (Excel, CSV): who by number, and how much in yuan. Pure: bytes in, lines out."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from onecard.kernel.csv_lines import BadLine, too_many_lines
from onecard.kernel.money import fen
from onecard.people.sheets import NUMBERS, Row, headed_rows, person_number, wrong_columns

MAX_GRANTS = 10_000
"""As many as one call of the ledger books, and as a paper lists."""
AMOUNTS = ("金额", "补助金额", "发放金额", "amount in yuan", "amount")
"""What the column of amounts may be called, in small letters."""


@dataclasses.dataclass(frozen=True, slots=True)
class WantedGrant:
    """A line of the list; an empty number, or an amount of None, is none. `is_readable` is false for a torn line."""

    line: int
    person_no: str
    amount_fen: int | None
    is_readable: bool = True


def read_subsidies(content: bytes, *, name: str) -> list[WantedGrant]:
    """The list's lines in order. FileRefused, with what to do, when the file as a whole cannot be used."""
    headings, rows = headed_rows(content, name=name)
    plain = [heading.lower() for heading in headings]
    who, how_much = _place(plain, NUMBERS, name=name), _place(plain, AMOUNTS, name=name)
    lines: list[WantedGrant] = []
    for row in rows:
        if len(lines) == MAX_GRANTS:
            raise too_many_lines(name, most=MAX_GRANTS)
        lines.append(_wanted(row, who=who, how_much=how_much))
    return lines


def _place(plain: Sequence[str], names: Sequence[str], *, name: str) -> int:
    places = [at for at, heading in enumerate(plain) if heading in names]
    if len(places) != 1:
        raise wrong_columns(name, names, there=plain)
    return places[0]


def _wanted(row: Row | BadLine, *, who: int, how_much: int) -> WantedGrant:
    if isinstance(row, BadLine) or len(row.cells) <= max(who, how_much):
        return WantedGrant(row.line, "", None, is_readable=False)
    return WantedGrant(row.line, person_number(row.cells[who]), _amount(row.cells[how_much]))


def _amount(cell: Any) -> int | None:
    """Excel's own numbers are taken by what they read as: 120.5 is 120.50 yuan, 0.305 has too many decimals."""
    if isinstance(cell, bool):
        return None
    try:
        return fen(str(cell).removeprefix("¥"))
    except ValueError:
        return None
