"""Keep finance's balance of a month: what giving it by hand and reading it from a file share."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.months import queries, rules
from onecard.months.actions.lock_months import lock_months
from onecard.months.models import FinanceFigure, MonthClose
from onecard.months.types import FigureOutcome, MonthSpan


def keep_figure(
    actor: Actor, span: MonthSpan, *, payable_fen: int, file_name: str = "", file_digest: str = "", lines: int = 0
) -> FigureOutcome:
    """Keep the figure unless it is the month's newest already; refused for a month that is closed or that there is not."""
    lock_months()
    is_closed = MonthClose.objects.filter(pk=span.month).exists()
    outcome = rules.judge_figure(span=span, first_business_date=queries.first_business_date(), is_closed=is_closed)
    if outcome is not FigureOutcome.DONE:
        return outcome
    newest = queries.figure_of(span.month)
    if newest is not None and (newest.payable_fen, newest.file_digest) == (payable_fen, file_digest):
        return FigureOutcome.REPEATED
    FinanceFigure.objects.create(
        month=span.month,
        payable_fen=payable_fen,
        file_name=file_name[:120],
        file_digest=file_digest,
        lines=lines,
        given_by=actor.name,
        given_at=clock.now(),
    )
    return FigureOutcome.DONE
