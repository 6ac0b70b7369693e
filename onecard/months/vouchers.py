"""Vouchers (凭证) for finance's system: one a business day, a line for each kind, subject, merchant and side."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import xlsxwriter
from django.utils.translation import gettext as _

from onecard.kernel.excel import PLAIN, Formats, write_value
from onecard.kernel.money import plain_yuan
from onecard.ledger.types import Subject, TransferKind
from onecard.merchants.types import NOBODY, Seller
from onecard.months.voucher_layout import Column, Layout
from onecard.rollups.types import UnitMoved

AMOUNTS = frozenset({"debit", "credit", "amount"})
COLUMN_WIDTH = 16


@dataclasses.dataclass(frozen=True, slots=True)
class VoucherLine:
    """A line of a voucher: what a kind of transfer moved on one side of a subject on a day; amounts in fen, one of them 0."""

    day: date
    number: int
    line: int
    kind: TransferKind
    subject: Subject
    seller: Seller | None
    debit_fen: int
    credit_fen: int
    transfers: int


def voucher_lines(moved: Iterable[UnitMoved], *, sellers: Mapping[int, Seller]) -> list[VoucherLine]:
    """The vouchers of some days in order, numbered from 1; each one's debits equal its credits."""
    sums: dict[tuple[date, TransferKind, Subject, int, bool], list[int]] = {}
    for one in moved:
        for subject, account, is_credit in ((one.debit, one.debit_unit_id, False), (one.credit, one.credit_unit_id, True)):
            line = sums.setdefault((one.day, one.kind, subject, account or 0, is_credit), [0, 0])
            line[0] += one.amount_fen
            line[1] += one.transfers
    found: list[VoucherLine] = []
    number, at = 0, 0
    for key in sorted(sums, key=lambda key: (key[0], key[1], key[4], key[2], key[3])):
        day, kind, subject, account, is_credit = key
        number, at = (number, at + 1) if found and found[-1].day == day else (number + 1, 1)
        amount_fen, transfers = sums[key]
        sides = (0, amount_fen) if is_credit else (amount_fen, 0)
        seller = sellers.get(account, NOBODY) if account else None
        found.append(VoucherLine(day, number, at, kind, subject, seller, *sides, transfers))
    return found


def vouchers_csv(lines: Sequence[VoucherLine], *, layout: Layout) -> bytes:
    """The lines as a CSV file in the layout's encoding; what that encoding has no sign for becomes a question mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n")
    writer.writerow([column.heading for column in layout.columns])
    for line in lines:
        writer.writerow([_written(_value(line, column, layout=layout), column) for column in layout.columns])
    return text.getvalue().encode(layout.encoding, errors="replace")


def vouchers_excel(lines: Sequence[VoucherLine], *, layout: Layout) -> bytes:
    """The same as an Excel file: amounts as numbers in yuan, codes as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN}) as book:
        page = book.add_worksheet(_("Vouchers"))
        heads, formats = Formats(book, bold=True), Formats(book, counts="0")
        page.set_column(0, len(layout.columns) - 1, COLUMN_WIDTH)
        page.freeze_panes(1, 0)
        for at, column in enumerate(layout.columns):
            write_value(page, 0, at, column.heading, formats=heads)
        for row, line in enumerate(lines, start=1):
            for at, column in enumerate(layout.columns):
                value = _value(line, column, layout=layout)
                write_value(page, row, at, value, formats=formats, is_amount=column.value in AMOUNTS)
    return buffer.getvalue()


def _written(value: int | str | None, column: Column) -> str:
    if value is None:
        return ""
    return plain_yuan(value) if column.value in AMOUNTS and isinstance(value, int) else str(value)


def _value(line: VoucherLine, column: Column, *, layout: Layout) -> int | str | None:
    """What stands in the column: amounts in fen, None where nothing stands."""
    subject, kind, seller = line.subject, line.kind, line.seller
    values: dict[str, int | str | None] = {
        "date": line.day.strftime(layout.date_format),
        "period": f"{line.day:%Y-%m}",
        "word": layout.word,
        "number": line.number,
        "line": line.line,
        "summary": layout.summaries.get(kind.value) or str(kind.label),
        "account": layout.accounts.get(subject.value, str(subject.value)),
        "account_name": layout.account_names.get(subject.value) or str(subject.label),
        "merchant": seller.code if seller else None,
        "merchant_name": seller.name if seller else None,
        "unit": seller.unit_code if seller else None,
        "unit_name": seller.unit_name if seller else None,
        "debit": line.debit_fen or None,
        "credit": line.credit_fen or None,
        "side": layout.debit_side if line.debit_fen else layout.credit_side,
        "amount": line.debit_fen + line.credit_fen,
        "count": line.transfers,
        "text": column.text,
    }
    return values[column.value]
