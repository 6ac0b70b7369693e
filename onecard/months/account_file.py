"""Read finance's statement of the payable account: date, summary, debit, credit, balance. Pure: bytes in, balance out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from onecard.kernel.csv_lines import BadLine, FileRefused
from onecard.kernel.money import FEN_PER_YUAN, fen, yuan
from onecard.people.sheets import Row, headed_rows

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期", "记账日期", "凭证日期", "业务日期"),
    "debit": ("debit", "借方", "借方金额", "借方发生额"),
    "credit": ("credit", "贷方", "贷方金额", "贷方发生额"),
    "balance": ("balance", "余额", "账面余额", "期末余额"),
}
"""What a heading may say, in small letters. Date and balance are needed; with debit and credit each line is checked."""
NEEDED = ("date", "balance")
MOST_PROBLEMS = 20
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")


class LineProblem(Exception):
    """A line cannot be used; caught where lines are read."""


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """The account's balance after the last line that counts (fen), how many lines count, and what is wrong with which line."""

    balance_fen: int
    lines: int
    problems: tuple[str, ...]


def read_statement(content: bytes, *, name: str, until: date) -> Statement:
    """The balance after the last line dated up to `until`. FileRefused when it is no statement or has no such line."""
    headings, rows = headed_rows(content, name=name)
    places = _places(headings, name=name)
    balance_fen, before, lines, problems = 0, None, 0, []
    for row in rows:
        try:
            entry = _entry(row, places=places, before_fen=before)
        except LineProblem as problem:
            problems.append(f"{name}, line {row.line}: {problem}")
            before = None  # the next line is not measured against a bad one
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        if entry is None:
            continue
        day, before = entry
        if day <= until:
            balance_fen, lines = before, lines + 1
    if not lines and not problems:
        raise FileRefused(f"{name} has no line up to {until}: is it the statement of another time?")
    return Statement(balance_fen, lines, tuple(problems))


def _places(headings: Sequence[str], *, name: str) -> dict[str, int]:
    plain = [heading.lower() for heading in headings]
    found = {
        column: plain.index(spelling)
        for column, spellings in SPELLINGS.items()
        for spelling in spellings[::-1]
        if spelling in plain
    }
    if missing := [column for column in NEEDED if column not in found]:
        raise FileRefused(f"{name}: column {', '.join(missing)} is missing; there are: {', '.join(headings)[:200]}")
    return found


def _entry(row: Row | BadLine, *, places: Mapping[str, int], before_fen: int | None) -> tuple[date, int] | None:
    """(date, balance) of the line; None for one without a date, as totals are."""
    if isinstance(row, BadLine):
        raise LineProblem(row.what)
    cells = {column: row.cells[at] if at < len(row.cells) else "" for column, at in places.items()}
    if str(cells["date"]).strip() == "":
        return None
    day, balance_fen = _date(cells["date"]), _amount(cells["balance"], column="balance")
    if before_fen is not None and {"debit", "credit"} <= set(cells):
        debit_fen, credit_fen = (_amount(cells[side] or "0", column=side) for side in ("debit", "credit"))
        expected_fen = before_fen + credit_fen - debit_fen
        if expected_fen != balance_fen:
            raise LineProblem(
                f"the balance is {yuan(balance_fen)}, but {yuan(before_fen)} + credit {yuan(credit_fen)}"
                f" - debit {yuan(debit_fen)} makes {yuan(expected_fen)}; a line is missing or was changed"
            )
    return day, balance_fen


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip().partition(" ")[0]
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    raise LineProblem(f"{text[:40]!r} is no date; write it as 2026-09-30")


def _amount(cell: Any, *, column: str) -> int:
    """The amount in fen. Excel gives numbers: what has more than two decimals is refused, not rounded."""
    if isinstance(cell, str):
        try:
            return fen(cell.replace("¥", "").replace("，", ","))
        except ValueError as problem:
            raise LineProblem(f"{column}: {problem}") from problem
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise LineProblem(f"{column}: {str(cell)[:40]!r} is no amount")
    amount_fen = round(cell * FEN_PER_YUAN)
    if abs(cell * FEN_PER_YUAN - amount_fen) > 1e-4:
        raise LineProblem(f"{column}: {cell} has more than two decimals")
    return amount_fen
