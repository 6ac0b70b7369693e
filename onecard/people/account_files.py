"""Read a delivered list of bank accounts (Excel, CSV): whose by number, and which. Pure: bytes in, lines out."""

from __future__ import annotations

from typing import Any

from onecard.kernel.csv_lines import BadLine, FileRefused
from onecard.people.sheets import NUMBERS, Row, headed_rows, person_number
from onecard.people.types import NewAccount, WantedAccount

MAX_ACCOUNTS = 5_000
COLUMNS = (
    NUMBERS,
    ("户名", "开户名", "账户名", "account holder", "holder"),
    ("开户行", "银行", "bank"),
    ("银行账号", "账号", "银行卡号", "account number", "account_no"),
)
"""What the columns of number, holder, bank and account number may be called, in small letters; holder and bank may be missing."""


def read_accounts(content: bytes, *, name: str) -> list[WantedAccount]:
    """The list's lines in order. FileRefused, with what to do, when the file as a whole cannot be used."""
    headings, rows = headed_rows(content, name=name)
    plain = [heading.lower() for heading in headings]
    places = [[at for at, heading in enumerate(plain) if heading in words] for words in COLUMNS]
    if not len(places[0]) == len(places[3]) == 1 or max(map(len, places)) > 1:
        raise FileRefused(
            f"{name}: one column must be called {COLUMNS[0][0]} ({COLUMNS[0][-1]}), one {COLUMNS[3][0]} ({COLUMNS[3][-1]}), "
            f"at most one {COLUMNS[1][0]} and one {COLUMNS[2][0]}; there are: {', '.join(plain)[:200]}"
        )
    lines: list[WantedAccount] = []
    for row in rows:
        if len(lines) == MAX_ACCOUNTS:
            raise FileRefused(f"{name} has more than {MAX_ACCOUNTS:,} lines: split it into several lists")
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
