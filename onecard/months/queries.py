"""Typed reads of the room: which days a month has, its figures, what finance says, what explains the difference."""

from __future__ import annotations

from datetime import date

from onecard.ledger import queries as ledger
from onecard.ledger.models import BusinessDay, Source
from onecard.ledger.types import PURSES
from onecard.merchants.queries import sellers
from onecard.merchants.types import NOBODY
from onecard.months import rules
from onecard.months.models import FinanceFigure, MonthClose, Reconciliation
from onecard.months.types import Deposit, Income, MonthFigures, MonthOutcome, MonthSpan
from onecard.months.vouchers import VoucherLine, voucher_lines
from onecard.policies import queries as policies
from onecard.rollups import queries as rollups
from onecard.rollups.types import Moved, Sold, SpanTakings

CUTOFF = "closing.month_cutoff_day"


def span_of(month: date) -> MonthSpan:
    """The days of the month that `month`'s calendar month names. A cut-off day is that in force on the month's first."""
    own = rules.first_of_month(month)
    before = rules.month_before(own)
    return rules.span_of(own, cutoff_day=policies.count(CUTOFF, on=own), cutoff_day_before=policies.count(CUTOFF, on=before))


def month_of(day: date) -> MonthSpan:
    """The month that a business day belongs to: that of its calendar month, or the next one after the cut-off."""
    own = span_of(rules.first_of_month(day))
    return own if day <= own.last_day else span_of(rules.next_month(own.month))


def first_business_date() -> date | None:
    """The centre's first business date; None before it."""
    return BusinessDay.objects.order_by("date").values_list("date", flat=True).first()


def month_to_close() -> MonthSpan | None:
    """The month that is closed next, over or not; None before the centre's first business day."""
    last = MonthClose.objects.order_by("-month").values_list("month", flat=True).first()
    if last is not None:
        return span_of(rules.next_month(last))
    first = first_business_date()
    return None if first is None else month_of(first)


def last_close() -> MonthClose | None:
    """The month that was closed last; None when none was."""
    return MonthClose.objects.order_by("-month").first()


def figure_of(month: date) -> FinanceFigure | None:
    """Finance's balance at the month's end: the newest one given."""
    return FinanceFigure.objects.filter(month=month).order_by("-pk").first()


def reconciliation_of(month: date, *, books_fen: int, finance_fen: int) -> Reconciliation | None:
    """The reconciliation of exactly these balances; None when nobody signed one."""
    return Reconciliation.objects.filter(month=month, books_fen=books_fen, finance_fen=finance_fen).first()


def judge_close(span: MonthSpan) -> MonthOutcome:
    """Whether the month may be closed, as far as that can be said before its figures are compared."""
    to_close = month_to_close()
    facts = rules.CloseFacts(
        span,
        first_business_date=first_business_date(),
        open_day=ledger.open_day(),
        is_closed=MonthClose.objects.filter(pk=span.month).exists(),
        has_earlier_open=to_close is not None and to_close.month < span.month,
        has_figure=figure_of(span.month) is not None,
    )
    return rules.judge_close(facts)


def figures_of(span: MonthSpan) -> MonthFigures:
    """The month in numbers; one that is not over, with the open day as it stands."""
    moved = rollups.movements(span.first_day, span.last_day)
    subjects = rules.rolled(rollups.sums_before(span.first_day), turnover=rollups.turnover(moved))
    return MonthFigures(
        span=span,
        business_days=BusinessDay.objects.filter(date__range=(span.first_day, span.last_day)).count(),
        transfers=sum(one.transfers for one in moved),
        subjects=subjects,
        purses=tuple(one for one in subjects if one.subject in PURSES),
        moves=rules.purse_moves(moved),
        deposits=_deposits(moved),
        income=_income(rollups.takings(span.first_day, span.last_day)),
    )


def _deposits(moved: list[Moved]) -> tuple[Deposit, ...]:
    found = rules.deposits_of(moved)
    names = dict(Source.objects.filter(pk__in=[pk for _, pk in found if pk is not None]).values_list("pk", "name"))
    lines = [Deposit(channel, names.get(source or 0, ""), *sums) for (channel, source), sums in found.items()]
    return tuple(sorted(lines, key=lambda line: (line.channel, line.source)))


def _income(takings: SpanTakings) -> tuple[Income, ...]:
    """Takings of merchants summed by income unit; those of merchants in none stand under a blank code, last."""
    known, sums = sellers(), dict[tuple[str, str], Sold]()
    for account, sold in takings.units.items():
        seller = known.get(account, NOBODY)
        unit = seller.unit_code, seller.unit_name
        sums[unit] = sums.get(unit, Sold()) + sold
    in_order = sorted(sums.items(), key=lambda pair: (not pair[0][0], pair[0]))
    return tuple(Income(*unit, sold.purchases, sold.reversals, sold.amount_fen) for unit, sold in in_order)


def vouchers_of(span: MonthSpan) -> list[VoucherLine]:
    """The vouchers of the month's closed business days."""
    return voucher_lines(rollups.unit_movements(span.first_day, span.last_day), sellers=sellers())
