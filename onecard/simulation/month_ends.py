"""Month ends of a simulated campus: merchants are settled and paid, the month closes against the true books' balance.

With every month one merchant's payment bounces; after the first some people graduate, and after the second they are refunded.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from onecard.kernel import clock, invariants
from onecard.ledger import queries as ledger
from onecard.months import queries
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.types import MonthOutcome, MonthResult, MonthSpan
from onecard.settlement.models import Statement
from onecard.settlement.queries import verify
from onecard.settlement.types import StatementState
from onecard.simulation.graduation import freeze_graduates, refund_graduates
from onecard.simulation.run import DayResult, Run
from onecard.simulation.statements import bounce, settle_merchants, statement_differences

FEE_RATE_BP = 100
REFUNDED_AFTER = 2
"""Months, when some people graduated after the first."""


@dataclasses.dataclass(frozen=True, slots=True)
class MonthEnd:
    """A month that ended: what came of its close, its merchants' statements, and what was not as it should be."""

    result: MonthResult
    statements: list[Statement]
    differences: list[str]


def run_months(run: Run, *, months: int) -> Iterator[DayResult | MonthEnd]:
    """Let days happen from the campus's first one on until so many months are closed; stops at the first difference.

    Books and invariants are compared at each month's end: after every day they would take most of a year's time.
    """
    day, closed, settled = run.campus.first_day, 0, Counter[str]()
    while closed < months:
        following = day + timedelta(days=1)
        is_last = queries.month_of(day).last_day == day
        happened = run.run_day(day, next_day=following, compare=is_last, prove=is_last)
        yield happened
        if happened.differences:
            return
        if is_last:
            ended = end_month(run, queries.month_of(day), settled=settled)
            closed, settled = closed + 1, run.books.payable.copy()
            ended.differences.extend(see_off_graduates(run, queries.month_of(day), closed=closed))
            if closed == months:
                ended.differences.extend(str(one) for _statement, found in verify() for one in found)
            yield ended
            if ended.differences:
                return
        day = following


def end_month(run: Run, span: MonthSpan, *, settled: Counter[str]) -> MonthEnd:
    """Pay the merchants what they earned since `settled`, one of them again, then close the month against what truth says.

    Truth is what all purses hold. The close is first tried with a fen too much, which must be refused.
    """
    true_fen = sum(run.books.cash.values()) + sum(run.books.subsidy.values())
    with clock.at(_morning_after(span)):
        statements = settle_merchants(fee_rate_bp=FEE_RATE_BP, last_day=span.last_day)
        if paid := [one for one in statements if one.state == StatementState.PAID]:
            bounce(Random(f"bounce {run.campus.seed} {span}").choice(paid))
        give_finance_figure(run.actor, span.month, payable_fen=true_fen + 1)
        refused = close_month(run.actor, span.month)
        give_finance_figure(run.actor, span.month, payable_fen=true_fen)
        result = close_month(run.actor, span.month)
    earned = {code: fen - settled[code] for code, fen in run.books.payable.items()}
    found = statement_differences(statements, earned=earned, fee_rate_bp=FEE_RATE_BP)
    if (refused.outcome, refused.difference_fen) != (MonthOutcome.REFUSED_DIFFERENCE, -1):
        found.append(f"{span}: {refused.outcome.name} with a difference of {refused.difference_fen} fen, a fen was off")
    if result.outcome is not MonthOutcome.DONE:
        found.append(f"{span}: {result.outcome.name}, difference {result.difference_fen} fen; {result.failures}")
    found += _vouchers(span)
    return MonthEnd(result, statements, found + [str(broken) for broken in invariants.run_all()])


def see_off_graduates(run: Run, span: MonthSpan, *, closed: int) -> list[str]:
    """Freeze the graduates' cards after the first month that is closed, refund them after the second; what differs from truth."""
    with clock.at(_morning_after(span)):
        if closed == 1:
            freeze_graduates(run)
        return refund_graduates(run) if closed == REFUNDED_AFTER else []


def _vouchers(span: MonthSpan) -> list[str]:
    """Each day's voucher balances, and together they are the month's trial balance."""
    sides: dict[date, list[int]] = {}
    for line in queries.vouchers_of(span):
        day = sides.setdefault(line.day, [0, 0])
        day[0] += line.debit_fen
        day[1] += line.credit_fen
    found = [f"voucher of {day}: {debit} and {credit} fen" for day, (debit, credit) in sides.items() if debit != credit]
    last = max(sides, default=span.last_day)
    turned = sum(line.debits_fen for line in ledger.trial_balance(last))
    return found if sides.get(last, [0])[0] == turned else [*found, f"voucher of {last} is not the day's turnover"]


def _morning_after(span: MonthSpan) -> datetime:
    return datetime.combine(span.last_day + timedelta(days=1), time(9), tzinfo=clock.campus_zone())
