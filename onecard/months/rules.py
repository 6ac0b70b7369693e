"""Pure decisions of the room: which days are a month, whether it may be closed, whether a reconciliation holds."""

from __future__ import annotations

import calendar
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from onecard.ledger.types import PURSES, Subject, TransferKind
from onecard.months.types import (
    FigureOutcome,
    MonthOutcome,
    MonthSpan,
    PurseMove,
    ReconciliationItem,
    ReconciliationOutcome,
    Rolled,
)
from onecard.rollups.types import Moved

ONE_DAY = timedelta(days=1)
MOST_ITEMS = 200
MOST_OF_A_REASON = 200
MOST_OF_A_REFERENCE = 80
DEPOSITED = {
    Subject.TILL_CASH: TransferKind.CASH_DEPOSIT,
    Subject.BANK_CLEARING: TransferKind.BANK_TRANSFER,
    Subject.SUBSIDY_RECEIVABLE: TransferKind.SUBSIDY_GRANT,
}
"""Where deposits come from (the channels), and the kind of transfer that is one."""


def first_of_month(day: date) -> date:
    """The first of the day's calendar month."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first of the calendar month after it."""
    return (month.replace(day=28) + 4 * ONE_DAY).replace(day=1)


def month_before(month: date) -> date:
    """The first of the calendar month before it."""
    return (month - ONE_DAY).replace(day=1)


def cutoff(month: date, *, day: int) -> date:
    """The month's last day: the cut-off day of its calendar month, or that month's last day if it is shorter (S5.1)."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def span_of(month: date, *, cutoff_day: int, cutoff_day_before: int) -> MonthSpan:
    """The month's days: from the day after the cut-off before it to its own, both included.

    A business day belongs to a month whole, by its date, however long it was open and whenever its records happened.
    """
    begins = cutoff(month_before(month), day=cutoff_day_before) + ONE_DAY
    return MonthSpan(month, first_day=begins, last_day=cutoff(month, day=cutoff_day))


@dataclasses.dataclass(frozen=True, slots=True)
class CloseFacts:
    """What a decision on closing a month needs to know; `first_business_date` is the centre's first, None before it."""

    span: MonthSpan
    first_business_date: date | None
    open_day: date | None
    is_closed: bool
    has_earlier_open: bool
    has_figure: bool


def judge_close(facts: CloseFacts) -> MonthOutcome:
    """Whether the month may be closed, as far as that can be said before its figures; the first line that applies wins."""
    is_over = facts.open_day is not None and facts.open_day > facts.span.last_day
    begun = facts.first_business_date
    in_order = (
        (facts.is_closed, MonthOutcome.REPEATED),
        (begun is None or begun > facts.span.last_day, MonthOutcome.REFUSED_NO_SUCH_MONTH),
        (facts.has_earlier_open, MonthOutcome.REFUSED_EARLIER_MONTH),
        (not is_over, MonthOutcome.REFUSED_NOT_OVER),
        (not facts.has_figure, MonthOutcome.REFUSED_NO_FIGURE),
    )
    return next((outcome for applies, outcome in in_order if applies), MonthOutcome.DONE)


def judge_figure(*, span: MonthSpan, first_business_date: date | None, is_closed: bool) -> FigureOutcome:
    """Whether finance's figure is taken for the month."""
    if first_business_date is None or first_business_date > span.last_day:
        return FigureOutcome.REFUSED_NO_SUCH_MONTH
    return FigureOutcome.REFUSED_CLOSED if is_closed else FigureOutcome.DONE


@dataclasses.dataclass(frozen=True, slots=True)
class ReconciliationFacts:
    """What a decision on a reconciliation needs to know: what it says, and the balances as they are (fen)."""

    closing: MonthOutcome
    said_books_fen: int
    said_finance_fen: int
    books_fen: int
    finance_fen: int | None
    items: Sequence[ReconciliationItem]


_MAY_NOT = {
    MonthOutcome.REPEATED: ReconciliationOutcome.REFUSED_CLOSED,
    MonthOutcome.REFUSED_NO_SUCH_MONTH: ReconciliationOutcome.REFUSED_NO_SUCH_MONTH,
    MonthOutcome.REFUSED_EARLIER_MONTH: ReconciliationOutcome.REFUSED_NOT_OVER,
    MonthOutcome.REFUSED_NOT_OVER: ReconciliationOutcome.REFUSED_NOT_OVER,
}


def judge_reconciliation(facts: ReconciliationFacts) -> ReconciliationOutcome:
    """Whether the items explain the difference to the fen; the first line that applies wins (S5.4)."""
    difference_fen = facts.said_books_fen - facts.said_finance_fen
    in_order = (
        (facts.closing in _MAY_NOT, _MAY_NOT.get(facts.closing, ReconciliationOutcome.REFUSED_NOT_OVER)),
        (
            (facts.said_books_fen, facts.said_finance_fen) != (facts.books_fen, facts.finance_fen),
            ReconciliationOutcome.REFUSED_BALANCES,
        ),
        (difference_fen == 0, ReconciliationOutcome.REFUSED_NO_DIFFERENCE),
        (not _are_items(facts.items), ReconciliationOutcome.REFUSED_ITEMS),
        (sum(item.amount_fen for item in facts.items) != difference_fen, ReconciliationOutcome.REFUSED_SUM),
    )
    return next((outcome for applies, outcome in in_order if applies), ReconciliationOutcome.DONE)


def _are_items(items: Sequence[ReconciliationItem]) -> bool:
    return 0 < len(items) <= MOST_ITEMS and all(
        item.amount_fen != 0 and 0 < len(item.reason.strip()) <= MOST_OF_A_REASON and len(item.reference) <= MOST_OF_A_REFERENCE
        for item in items
    )


def rolled(sums: Mapping[Subject, tuple[int, int]], *, turnover: Mapping[Subject, tuple[int, int]]) -> tuple[Rolled, ...]:
    """Each subject's roll-forward: from its (debits, credits) before the month and of the month, on its normal side."""
    lines = []
    for subject in sorted({*sums, *turnover}):
        before, moved = sums.get(subject, (0, 0)), turnover.get(subject, (0, 0))
        raises, lowers = moved if subject.normal_side == 1 else moved[::-1]
        lines.append(Rolled(subject, subject.normal_side * (before[0] - before[1]), raises, lowers))
    return tuple(lines)


def purse_moves(moved: Iterable[Moved]) -> tuple[PurseMove, ...]:
    """What entered and left each purse subject from outside the purses, by kind and by where it came from or went."""
    sums: dict[tuple[Subject, TransferKind, Subject], list[int]] = {}
    for one in moved:
        if (one.debit in PURSES) == (one.credit in PURSES):
            continue
        entered = one.credit in PURSES
        purse, other = (one.credit, one.debit) if entered else (one.debit, one.credit)
        line = sums.setdefault((purse, one.kind, other), [0, 0])
        line[0 if entered else 1] += one.amount_fen
    return tuple(PurseMove(*key, *line) for key, line in sorted(sums.items()))


def deposits_of(moved: Iterable[Moved]) -> dict[tuple[Subject, int | None], tuple[int, int, int]]:
    """(deposits, deposited fen, taken back fen) by channel and source."""
    sums: dict[tuple[Subject, int | None], list[int]] = {}
    for one in moved:
        if one.entered_fen and DEPOSITED.get(one.debit) is one.kind:
            line = sums.setdefault((one.debit, one.source_id), [0, 0, 0])
            line[0] += one.transfers
            line[1] += one.amount_fen
        elif one.left_fen and one.kind is TransferKind.REVERSAL and one.credit in DEPOSITED:
            sums.setdefault((one.credit, one.source_id), [0, 0, 0])[2] += one.amount_fen
    return {key: (line[0], line[1], line[2]) for key, line in sums.items()}
