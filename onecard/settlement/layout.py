"""付款文件格式: how a site's finance wants a payment file: `heading=field,…` in ONECARD_PAYMENT_LAYOUT."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import xlsxwriter

from onecard.kernel.env import SettingProblem
from onecard.kernel.excel import PLAIN, Formats, write_value
from onecard.kernel.money import plain_yuan
from onecard.merchants.queries import account_number
from onecard.settlement.models import Payment

Column = tuple[str, str]
FIELDS: Mapping[str, Callable[[Payment], object]] = {
    "number": lambda payment: payment.pk,
    "merchant_code": lambda payment: payment.statement.merchant.code,
    "merchant": lambda payment: payment.statement.merchant.name,
    "holder": lambda payment: payment.account.holder,
    "bank": lambda payment: payment.account.bank,
    "account_no": lambda payment: account_number(payment.account),
    "amount_fen": lambda payment: payment.amount_fen,
    "amount_yuan": lambda payment: plain_yuan(payment.amount_fen),
    "first_day": lambda payment: payment.statement.first_day,
    "last_day": lambda payment: payment.statement.last_day,
    "statement": lambda payment: f"{payment.statement.merchant.code}-{payment.statement.number}",
}
"""What a column may hold."""


def read_layout(text: str) -> tuple[Column, ...]:
    """The (heading, field) pairs; SettingProblem says which part is wrong and what it may be."""
    columns = []
    for part in text.split(","):
        heading, sign, field = (piece.strip() for piece in part.partition("="))
        if not sign or not heading or field not in FIELDS:
            raise SettingProblem(f"ONECARD_PAYMENT_LAYOUT: {part.strip()!r} is no heading=field; fields are {', '.join(FIELDS)}")
        columns.append((heading, field))
    return tuple(columns)


def rows_of(payments: Sequence[Payment], layout: Sequence[Column]) -> list[list[object]]:
    """A row for each payment, as the layout says."""
    return [[FIELDS[field](payment) for _heading, field in layout] for payment in payments]


def excel_of(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """The rows as an Excel file; account numbers and amounts in yuan stand there as text, digit by digit."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN}) as book:
        page, plain, bold = book.add_worksheet(), Formats(book, counts="0"), Formats(book, bold=True)
        for column, heading in enumerate(headings):
            write_value(page, 0, column, heading, formats=bold)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                write_value(page, at, column, value, formats=plain)
        page.autofit()
    return buffer.getvalue()
