"""How the banks' files look: one layout a format. A site whose bank delivers something else adds a layout here, and nothing more.

Pure: no database. `bank_reading.py` reads by a layout, `bank_writing.py` writes by it, and both go round in the tests.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _


class Cell(enum.Enum):
    """What a place in a bank's file holds: five of a line, three of the file as a whole."""

    REFERENCE = "reference"
    PERSON_NO = "person_no"
    FULL_NAME = "full_name"
    AMOUNT = "amount"
    OCCURRED_AT = "occurred_at"
    DAY = "day"
    COUNT = "count"
    TOTAL = "total"


class Amounts(enum.Enum):
    """How amounts are written: 1,234.50 or 000123450."""

    YUAN = "yuan"
    FEN = "fen"


@dataclasses.dataclass(frozen=True, slots=True)
class CsvForm:
    """A table with a row of headings and a last row with the totals; UTF-8 or GBK, as it comes.

    `headings` are what each column may be called, in small letters. The last row is known by one of `total_words` in the column
    of the reference number; `totals` says in which column the number of lines, their sum and the day of the file stand.
    """

    headings: Mapping[Cell, tuple[str, ...]]
    total_words: tuple[str, ...]
    totals: Mapping[Cell, Cell]


@dataclasses.dataclass(frozen=True, slots=True)
class Slice:
    """Where a cell stands in a line of fixed width: its first byte, counted from 0, and its width in bytes."""

    cell: Cell
    start: int
    width: int


@dataclasses.dataclass(frozen=True, slots=True)
class FixedForm:
    """Lines of fixed width in one encoding; the first byte says which kind of line it is: head, transfer or total."""

    encoding: str
    head_mark: str
    head: tuple[Slice, ...]
    line_mark: str
    line: tuple[Slice, ...]
    total_mark: str
    total: tuple[Slice, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Layout:
    """A format of a bank's files. `bank` names whose reference numbers these are: all layouts of one bank have the same.

    `moments` and `days` are formats of strptime; times are the campus's.
    """

    name: str
    bank: str
    title: Any
    form: CsvForm | FixedForm
    amounts: Amounts
    moments: str
    days: str


BANK = "bank"

CSV = Layout(
    name="csv",
    bank=BANK,
    title=_("Table (CSV)"),
    form=CsvForm(
        headings={
            Cell.REFERENCE: ("银行流水号", "流水号", "交易流水号", "reference"),
            Cell.PERSON_NO: ("学工号", "学号/工号", "学号", "工号", "person_no", "person number"),
            Cell.FULL_NAME: ("姓名", "户名", "full_name", "name"),
            Cell.AMOUNT: ("金额", "转账金额", "交易金额", "amount"),
            Cell.OCCURRED_AT: ("交易时间", "时间", "occurred_at", "time"),
        },
        total_words=("合计", "总计", "total"),
        totals={Cell.COUNT: Cell.PERSON_NO, Cell.TOTAL: Cell.AMOUNT, Cell.DAY: Cell.OCCURRED_AT},
    ),
    amounts=Amounts.YUAN,
    moments="%Y-%m-%d %H:%M:%S",
    days="%Y-%m-%d",
)

FIXED = Layout(
    name="fixed",
    bank=BANK,
    title=_("Fixed width (GBK)"),
    form=FixedForm(
        encoding="gbk",
        head_mark="H",
        head=(Slice(Cell.DAY, 1, 8),),
        line_mark="D",
        line=(
            Slice(Cell.REFERENCE, 1, 18),
            Slice(Cell.PERSON_NO, 19, 32),
            Slice(Cell.FULL_NAME, 51, 40),
            Slice(Cell.AMOUNT, 91, 12),
            Slice(Cell.OCCURRED_AT, 103, 14),
        ),
        total_mark="T",
        total=(Slice(Cell.COUNT, 1, 8), Slice(Cell.TOTAL, 9, 15)),
    ),
    amounts=Amounts.FEN,
    moments="%Y%m%d%H%M%S",
    days="%Y%m%d",
)

LAYOUTS = {layout.name: layout for layout in (CSV, FIXED)}
"""Every layout by name; the page offers them in this order."""
