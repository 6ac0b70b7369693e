"""Read finance's statement of the payable account: date, summary, debit, credit, balance. Pure: bytes in, balance out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from onecard.kernel.csv_lines import BadLine, FileRefused, missing_columns
from onecard.kernel.money import FEN_PER_YUAN, fen, yuan
from onecard.people.sheets import Row, headed_rows

SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "日期", "记账日期", "凭证日期", "业务日期"),
    "debit": ("debit", "借方", "借方金额", "借方发生额"),
    "credit": ("credit", "贷方", "贷方金额", "贷方发生额"),
    "balance": ("balance", "余额", "账面余额", "期末余额"),
}
"""What a heading may say, in small letters. Date and balance are needed; with debit and credit each line is checked."""
NEEDED = {"date": _("date"), "balance": _("balance")}
"""The columns without which it is no statement, in words."""
MOST_PROBLEMS = 20
_DATE_FORMS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日")


class LineProblem(Exception):
    """A line cannot be used; caught where lines are read. The message is in the language of the page."""


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """Where a column stands in the file, from 0, and what the file calls it."""

    place: int
    heading: str


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """The account's balance after the last line that counts (fen), how many lines count, and what is wrong with which line."""

    balance_fen: int
    lines: int
    problems: tuple[str, ...]


def read_statement(content: bytes, *, name: str, until: date) -> Statement:
    """The balance after the last line dated up to `until`. FileRefused when it is no statement or has no such line."""
    headings, rows = headed_rows(content, name=name)
    columns = _columns(headings, name=name)
    balance_fen, before, lines, problems = 0, None, 0, []
    for row in rows:
        try:
            entry = _entry(row, columns=columns, before_fen=before)
        except LineProblem as problem:
            words = gettext("%(file)s, line %(line)d: %(problem)s")
            problems.append(words % {"file": name, "line": row.line, "problem": problem})
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
        words = gettext("%(file)s has no line up to %(day)s: is it the statement of another time?")
        raise FileRefused(words % {"file": name, "day": until})
    return Statement(balance_fen, lines, tuple(problems))


def _columns(headings: Sequence[str], *, name: str) -> dict[str, Column]:
    plain = [heading.lower() for heading in headings]
    found = {
        column: Column(plain.index(spelling), headings[plain.index(spelling)])
        for column, spellings in SPELLINGS.items()
        for spelling in spellings[::-1]
        if spelling in plain
    }
    if missing := [words for column, words in NEEDED.items() if column not in found]:
        raise missing_columns(name, missing, there=headings)
    return found


def _entry(row: Row | BadLine, *, columns: Mapping[str, Column], before_fen: int | None) -> tuple[date, int] | None:
    """(date, balance) of the line; None for one without a date, as totals are."""
    if isinstance(row, BadLine):
        raise LineProblem(gettext(row.what))
    cells = {name: row.cells[at.place] if at.place < len(row.cells) else "" for name, at in columns.items()}
    if str(cells["date"]).strip() == "":
        return None
    day, balance_fen = _date(cells["date"]), _amount(cells["balance"], column=columns["balance"])
    if before_fen is not None and {"debit", "credit"} <= set(cells):
        debit_fen, credit_fen = (_amount(cells[side] or "0", column=columns[side]) for side in ("debit", "credit"))
        expected_fen = before_fen + credit_fen - debit_fen
        if expected_fen != balance_fen:
            words = gettext(
                "the balance is %(balance)s, but %(before)s + credit %(credit)s - debit %(debit)s makes %(expected)s;"
                " a line is missing or was changed"
            )
            amounts = {"balance": balance_fen, "before": before_fen, "credit": credit_fen, "debit": debit_fen}
            amounts["expected"] = expected_fen
            raise LineProblem(words % {name: yuan(amount_fen) for name, amount_fen in amounts.items()})
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
    raise LineProblem(gettext("“%(text)s” is no date; write it as 2026-09-30") % {"text": text[:40]})


def _amount(cell: Any, *, column: Column) -> int:
    """The amount in fen. Excel gives numbers: what has more than two decimals is refused, not rounded."""
    if isinstance(cell, str):
        try:
            return fen(cell.replace("¥", "").replace("，", ","))
        except ValueError as problem:
            raise _no_amount(cell, column=column) from problem
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise _no_amount(cell, column=column)
    amount_fen = round(cell * FEN_PER_YUAN)
    if abs(cell * FEN_PER_YUAN - amount_fen) > 1e-4:
        raise _no_amount(cell, column=column)
    return amount_fen


def _no_amount(cell: Any, *, column: Column) -> LineProblem:
    words = gettext("%(column)s: “%(text)s” is no amount in yuan with at most two decimals")
    return LineProblem(words % {"column": column.heading, "text": str(cell)[:40]})
