"""Write a bank's file by its layout, as the bank would: for the demonstration, for tests, for who writes a layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date

from onecard.funding.layouts import Amounts, Cell, CsvForm, FixedForm, Layout, Slice
from onecard.funding.types import BankSays
from onecard.kernel.money import yuan


def write_bank_file(layout: Layout, *, day: date, lines: Sequence[BankSays], encoding: str = "utf-8") -> bytes:
    """The file with these lines, its head and its total. A table is written in `encoding`, a fixed layout in its own.

    ValueError for a text that is wider than its place.
    """
    whole = {
        Cell.DAY: day.strftime(layout.days),
        Cell.COUNT: str(len(lines)),
        Cell.TOTAL: _amount(sum(one.amount_fen for one in lines), layout=layout),
    }
    cut = [_cells(one, layout=layout) for one in lines]
    if isinstance(layout.form, CsvForm):
        return _table(layout.form, cut, whole=whole).encode(encoding)
    return _fixed(layout.form, cut, whole=whole)


def _cells(line: BankSays, *, layout: Layout) -> dict[Cell, str]:
    return {
        Cell.REFERENCE: str(line.reference),
        Cell.PERSON_NO: line.person_no,
        Cell.FULL_NAME: line.full_name,
        Cell.AMOUNT: _amount(line.amount_fen, layout=layout),
        Cell.OCCURRED_AT: line.occurred_at.strftime(layout.moments),
    }


def _amount(amount_fen: int, *, layout: Layout) -> str:
    return yuan(amount_fen) if layout.amounts is Amounts.YUAN else str(amount_fen)


def _table(form: CsvForm, lines: Sequence[Mapping[Cell, str]], *, whole: Mapping[Cell, str]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([names[0] for names in form.headings.values()])
    writer.writerows([line[cell] for cell in form.headings] for line in lines)
    last = {Cell.REFERENCE: form.total_words[0], **{column: whole[cell] for cell, column in form.totals.items()}}
    writer.writerow([last.get(cell, "") for cell in form.headings])
    return text.getvalue()


def _fixed(form: FixedForm, lines: Sequence[Mapping[Cell, str]], *, whole: Mapping[Cell, str]) -> bytes:
    rows = [
        _row(form.head_mark, form.head, whole, encoding=form.encoding),
        *(_row(form.line_mark, form.line, line, encoding=form.encoding) for line in lines),
        _row(form.total_mark, form.total, whole, encoding=form.encoding),
    ]
    return b"".join(row + b"\r\n" for row in rows)


def _row(mark: str, slices: Sequence[Slice], cells: Mapping[Cell, str], *, encoding: str) -> bytes:
    row = bytearray(b" " * max(one.start + one.width for one in slices))
    row[:1] = mark.encode()
    for one in slices:
        text = cells[one.cell].encode(encoding)
        if len(text) > one.width:
            raise ValueError(f"{one.cell.value} {cells[one.cell]!r} is wider than {one.width} bytes")
        row[one.start : one.start + one.width] = text.ljust(one.width)
    return bytes(row)
