"""Read a delivered list of bank accounts (Excel, CSV): whose by number, and which. Pure: bytes in, lines out."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from onecard.kernel.csv_lines import BadLine, FileRefused, too_many_lines
from onecard.people.sheets import NUMBERS, Row, headed_rows, person_number, wrong_columns
from onecard.people.types import NewAccount, WantedAccount

MAX_ACCOUNTS = 5_000
HOLDERS = ("户名", "开户名", "账户名", "account holder", "holder")
BANKS = ("开户行", "银行", "bank")
ACCOUNTS = ("银行账号", "账号", "银行卡号", "account_no", "account number")
COLUMNS = (NUMBERS, HOLDERS, BANKS, ACCOUNTS)
"""What the columns may be called, in small letters."""
NEEDED = (NUMBERS, ACCOUNTS)


def read_accounts(content: bytes, *, name: str) -> list[WantedAccount]:
    """The list's lines in order. FileRefused, with what to do, when the file as a whole cannot be used."""
    headings, rows = headed_rows(content, name=name)
    plain = [heading.lower() for heading in headings]
    places = [[at for at, heading in enumerate(plain) if heading in words] for words in COLUMNS]
    for words, found in zip(COLUMNS, places, strict=True):
        if words in NEEDED and len(found) != 1:
            raise wrong_columns(name, words, there=plain)
        if len(found) > 1:
            raise FileRefused(
                _("%(file)s: more than one column is called %(wanted)s; keep one") % {"file": name, "wanted": words[0]}
            )
    lines: list[WantedAccount] = []
    for row in rows:
        if len(lines) == MAX_ACCOUNTS:
            raise too_many_lines(name, most=MAX_ACCOUNTS)
        lines.append(_wanted(row, places=[found[0] if found else None for found in places]))
    return lines


def _wanted(row: Row | BadLine, *, places: list[int | None]) -> WantedAccount:
    if isinstance(row, BadLine):
        return WantedAccount(row.line)
    number, holder, bank, account_no = (_text(row, at=at) for at in places)
    return WantedAccount(row.line, person_number(number), NewAccount(holder, bank, account_no))


def _text(row: Row, *, at: int | None) -> str:
    """The cell's text, empty for none: a number that Excel holds as a number has lost what is beyond 15 digits."""
    cell: Any = row.cells[at] if at is not None and at < len(row.cells) else ""
    return cell.strip() if isinstance(cell, str) else ""
