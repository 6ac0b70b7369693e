"""A campus's months run through unattended: merchants are paid, each month closes against the true balance, not a fen off."""

from __future__ import annotations

from datetime import date

import pytest

from onecard.access.types import Actor
from onecard.kernel.invariants import run_all
from onecard.leavers.models import Leaver
from onecard.leavers.types import LeaverState
from onecard.ledger.queries import balance_of
from onecard.merchants.models import Merchant
from onecard.months.models import MonthClose
from onecard.months.types import MonthOutcome
from onecard.settlement.models import Payment
from onecard.settlement.types import PaymentState, StatementState
from onecard.simulation.campus import build_campus
from onecard.simulation.month_ends import MonthEnd, run_months
from onecard.simulation.run import Run, open_campus
from onecard.simulation.statements import statement_differences


@pytest.mark.slow
def test_a_leap_february_and_a_march_close_unattended(db: None) -> None:
    campus = build_campus(seed=29, first_day=date(2028, 2, 27), people=12, merchants=3, terminals=4)
    run = Run(campus, actor=Actor.system("test"), faults=True, progress=lambda step, done, total: None)
    open_campus(run)
    ends = [one for one in run_months(run, months=2) if isinstance(one, MonthEnd)]
    assert [(str(one.result.span), one.result.outcome, one.differences) for one in ends] == [
        ("2028-02", MonthOutcome.DONE, []),
        ("2028-03", MonthOutcome.DONE, []),
    ]
    february, march = MonthClose.objects.order_by("month")
    assert (february.last_day, february.business_days, march.business_days) == (date(2028, 2, 29), 3, 31)
    assert march.opening_fen == february.books_fen
    refunded_fen = sum(Leaver.objects.values_list("refund_fen", flat=True))
    assert march.books_fen - refunded_fen == sum(run.books.cash.values()) + sum(run.books.subsidy.values())
    assert [len(one.statements) for one in ends] == [3, 3]
    assert {balance_of(one.payable_account_id) for one in Merchant.objects.all()} == {0}, "all that was earned is paid"
    earned = {one.merchant.code: one.sales_fen + one.reversals_fen + 1 for one in ends[1].statements}
    assert len(statement_differences(ends[1].statements, earned=earned, fee_rate_bp=100)) == 3, "a fen off truth is named"
    assert sorted(Leaver.objects.values_list("state", flat=True)) == [LeaverState.PAID] * 3 + [LeaverState.CLAIMED]
    bounced = Payment.objects.filter(state=PaymentState.FAILED)
    assert bounced.count() == 2, "one a month"
    assert {one.statement.state for one in bounced} == {StatementState.PAID}, "and paid again"
    assert run_all() == []
