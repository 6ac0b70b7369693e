"""Words of the room: what a month is, what it moved, what came of closing and of agreeing with finance."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.ledger.types import Subject, TransferKind


@dataclasses.dataclass(frozen=True, slots=True)
class MonthSpan:
    """会计月: which business dates belong to a month; `month` is the first of the calendar month that names it."""

    month: date
    first_day: date
    last_day: date

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"


class Check(enum.Enum):
    """What must hold before a month is closed; the value is the name of the query in sql/queries, in the order they run."""

    DAYS_ARE_AS_SEALED = "days_are_as_sealed"
    TURNOVER_FOLLOWS_BALANCES = "turnover_follows_balances"
    PURSES_ROLL_FORWARD = "purses_roll_forward"


@dataclasses.dataclass(frozen=True, slots=True)
class CheckFailure:
    """A check that failed, with the rows that offend by column name."""

    check: Check
    rows: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        named = "; ".join(", ".join(f"{name}={value}" for name, value in row.items()) for row in self.rows)
        return f"{self.check.name}: {named}"


class MonthOutcome(enum.Enum):
    """What became of closing a month, in order of precedence."""

    DONE = "done"
    REPEATED = "the month was closed already"
    REFUSED_NO_SUCH_MONTH = "the centre had no business day in this month, nor before it"
    REFUSED_EARLIER_MONTH = "an earlier month is not closed"
    REFUSED_NOT_OVER = "a business day of the month can still be booked on"
    REFUSED_NO_FIGURE = "finance's balance of the account is not known"
    REFUSED_CHECK = "a check failed"
    REFUSED_DIFFERENCE = "the balances differ and no reconciliation explains it"


@dataclasses.dataclass(frozen=True, slots=True)
class MonthResult:
    """The outcome of a close with the balances that were compared (fen; `difference_fen` is the centre's less finance's).

    `waits_for` is the earlier month, or the open business day, for which it waits.
    """

    outcome: MonthOutcome
    span: MonthSpan | None = None
    books_fen: int = 0
    finance_fen: int = 0
    report_no: str = ""
    deposits_no: str = ""
    waits_for: str = ""
    failures: tuple[CheckFailure, ...] = ()

    @property
    def difference_fen(self) -> int:
        """The centre's balance less finance's."""
        return self.books_fen - self.finance_fen


class FigureOutcome(enum.Enum):
    """What became of finance's figure, in order of precedence."""

    DONE = "done"
    REFUSED_NO_SUCH_MONTH = "the centre had no business day in this month, nor before it"
    REFUSED_CLOSED = "the month is closed"
    REFUSED_FILE = "the file cannot be read as a statement of the account"
    REPEATED = "the same figure is there already"


@dataclasses.dataclass(frozen=True, slots=True)
class FigureResult:
    """The outcome with the figure taken from a file (fen), or what is wrong with the file, line by line."""

    outcome: FigureOutcome
    payable_fen: int = 0
    problems: tuple[str, ...] = ()


class ReconciliationOutcome(enum.Enum):
    """What became of a reconciliation, in order of precedence."""

    DONE = "done"
    REFUSED_NO_SUCH_MONTH = "the centre had no business day in this month, nor before it"
    REFUSED_CLOSED = "the month is closed"
    REFUSED_NOT_OVER = "a business day of the month can still be booked on"
    REFUSED_BALANCES = "the balances are not, or no longer, those that it names"
    REFUSED_NO_DIFFERENCE = "the balances do not differ"
    REFUSED_ITEMS = "an item lacks its reason or its amount, or there are too many"
    REFUSED_SUM = "the items do not add up to the difference"
    REPEATED = "it is reconciled so already"


MONTH_WORDS: Mapping[MonthOutcome, Any] = {
    MonthOutcome.DONE: _("The month is closed."),
    MonthOutcome.REPEATED: _("Somebody closed this month already."),
    MonthOutcome.REFUSED_NO_SUCH_MONTH: _("The centre had no business day in this month."),
    MonthOutcome.REFUSED_EARLIER_MONTH: _("Close the earlier month first."),
    MonthOutcome.REFUSED_NOT_OVER: _("A business day of this month can still be booked on: close it first."),
    MonthOutcome.REFUSED_NO_FIGURE: _("Finance has not given its balance of the account yet."),
    MonthOutcome.REFUSED_CHECK: _("The month was not closed: a check failed. Nothing was changed."),
    MonthOutcome.REFUSED_DIFFERENCE: _("The balances differ. Explain the difference in a reconciliation that finance approves."),
}
FIGURE_WORDS: Mapping[FigureOutcome, Any] = {
    FigureOutcome.DONE: _("Kept."),
    FigureOutcome.REFUSED_NO_SUCH_MONTH: _("The centre had no business day in this month."),
    FigureOutcome.REFUSED_CLOSED: _("The month is closed; nothing of it changes any more."),
    FigureOutcome.REFUSED_FILE: _("The file cannot be read as a statement of the account."),
    FigureOutcome.REPEATED: _("It is so already. Nothing changed."),
}
RECONCILIATION_WORDS: Mapping[str, Any] = {
    "DONE": _("Kept."),
    "REFUSED_NO_SUCH_MONTH": _("The centre had no business day in this month."),
    "REFUSED_CLOSED": _("The month is closed; nothing of it changes any more."),
    "REFUSED_NOT_OVER": _("A business day of this month can still be booked on: close it first."),
    "REFUSED_BALANCES": _("The balances are not those that the sheet names any more. Propose it again."),
    "REFUSED_NO_DIFFERENCE": _("The balances do not differ."),
    "REFUSED_ITEMS": _("Each item needs an amount and a reason."),
    "REFUSED_SUM": _("The items do not add up to the difference."),
    "REPEATED": _("It is so already. Nothing changed."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Rolled:
    """累计余额滚动: a subject from the month's beginning to its end, in fen on the normal side: opening + in - out = closing."""

    subject: Subject
    opening_fen: int
    in_fen: int
    out_fen: int

    @property
    def closing_fen(self) -> int:
        """What stands at the month's end."""
        return self.opening_fen + self.in_fen - self.out_fen


@dataclasses.dataclass(frozen=True, slots=True)
class PurseMove:
    """What entered and left purses of a subject by kind of transfer and where the money came from or went to, in fen."""

    subject: Subject
    kind: TransferKind
    other: Subject
    in_fen: int
    out_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class Deposit:
    """存款: what came in by a channel (the subject that it came from) and source, and what of it was taken back, in fen."""

    channel: Subject
    source: str
    deposits: int
    deposited_fen: int
    reversed_fen: int

    @property
    def net_fen(self) -> int:
        """Deposited less taken back."""
        return self.deposited_fen - self.reversed_fen


@dataclasses.dataclass(frozen=True, slots=True)
class Income:
    """收入单位的营业额: what was spent at the merchants of an income unit, net of reversals, in fen; blank: those in none."""

    code: str
    name: str
    purchases: int
    reversals: int
    amount_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class MonthFigures:
    """A month in numbers: its business days, what they moved, and the balances that finance is asked about."""

    span: MonthSpan
    business_days: int
    transfers: int
    subjects: tuple[Rolled, ...]
    purses: tuple[Rolled, ...]
    moves: tuple[PurseMove, ...]
    deposits: tuple[Deposit, ...]
    income: tuple[Income, ...]

    @property
    def opening_fen(self) -> int:
        """上月累计存款余额."""
        return sum(one.opening_fen for one in self.purses)

    @property
    def in_fen(self) -> int:
        """What entered all purses together from outside them."""
        return sum(one.in_fen for one in self.moves)

    @property
    def out_fen(self) -> int:
        """What left them."""
        return sum(one.out_fen for one in self.moves)

    @property
    def books_fen(self) -> int:
        """累计存款余额: what all purses hold at the month's end."""
        return sum(one.closing_fen for one in self.purses)


@dataclasses.dataclass(frozen=True, slots=True)
class ReconciliationItem:
    """调节项目: why the balances differ by this amount (fen, above zero when the centre's is higher), and where to look it up."""

    amount_fen: int
    reason: str
    reference: str = ""
