"""月结: compare the centre's balance with finance's and close the month for good (clauses N3-3.6, S5.1-S5.4)."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.months import queries
from onecard.months.actions.lock_months import lock_months
from onecard.months.checks import run_checks
from onecard.months.models import FinanceFigure, MonthClose, Reconciliation
from onecard.months.papers import issue_deposits, issue_report
from onecard.months.types import MonthFigures, MonthOutcome, MonthResult, MonthSpan


@action("months.close_month", subject=lambda month: f"{month:%Y-%m}")
def close_month(actor: Actor, month: date) -> MonthResult:
    """Close the month named by its first, issue its papers, and let nothing of it change any more.

    One transaction: a crash leaves everything as before. Refusals in order: MonthOutcome; REFUSED_DIFFERENCE says both balances.
    A month closes in its turn, when all its business days are closed and finance's balance is the centre's or reconciled with it.
    """
    lock_months()
    span = queries.span_of(month)
    outcome = queries.judge_close(span)
    figure = queries.figure_of(span.month)
    if outcome is not MonthOutcome.DONE or figure is None:
        return MonthResult(outcome, span, waits_for=_waits_for(outcome))
    failures = run_checks(span)
    if failures:
        return MonthResult(MonthOutcome.REFUSED_CHECK, span, failures=failures)
    return _compare(actor, queries.figures_of(span), figure=figure)


def _compare(actor: Actor, figures: MonthFigures, *, figure: FinanceFigure) -> MonthResult:
    span, books_fen, finance_fen = figures.span, figures.books_fen, figure.payable_fen
    reconciliation = queries.reconciliation_of(span.month, books_fen=books_fen, finance_fen=finance_fen)
    if books_fen != finance_fen and reconciliation is None:
        return MonthResult(MonthOutcome.REFUSED_DIFFERENCE, span, books_fen, finance_fen)
    closed = _keep(actor, figures, figure=figure, reconciliation=reconciliation)
    return MonthResult(MonthOutcome.DONE, span, books_fen, finance_fen, closed.report_no, closed.deposits_no)


def _keep(actor: Actor, figures: MonthFigures, *, figure: FinanceFigure, reconciliation: Reconciliation | None) -> MonthClose:
    span: MonthSpan = figures.span
    return MonthClose.objects.create(
        month=span.month,
        first_day=span.first_day,
        last_day=span.last_day,
        business_days=figures.business_days,
        transfers=figures.transfers,
        opening_fen=figures.opening_fen,
        in_fen=figures.in_fen,
        out_fen=figures.out_fen,
        books_fen=figures.books_fen,
        finance_fen=figure.payable_fen,
        figure=figure,
        reconciliation=reconciliation,
        purses={str(one.subject.value): one.closing_fen for one in figures.purses},
        report_no=issue_report(actor, figures, finance_fen=figure.payable_fen, reconciliation=reconciliation),
        deposits_no=issue_deposits(actor, figures),
        closed_at=clock.now(),
        closed_by=actor.name,
    )


def _waits_for(outcome: MonthOutcome) -> str:
    """What the month waits for, in a word: the earlier month, or the business day that is open."""
    if outcome is MonthOutcome.REFUSED_EARLIER_MONTH:
        return str(queries.month_to_close())
    if outcome is MonthOutcome.REFUSED_NOT_OVER:
        return str(ledger.open_day())
    return ""
