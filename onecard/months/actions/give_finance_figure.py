"""Give finance's balance of the payable account at a month's end, by hand (clause S5.4)."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.months import queries
from onecard.months.actions.keep_figure import keep_figure
from onecard.months.types import FigureOutcome


@action("months.give_finance_figure", subject=lambda month: f"{month:%Y-%m}")
def give_finance_figure(actor: Actor, month: date, *, payable_fen: int) -> FigureOutcome:
    """Keep what finance's account shows on the month's last day, in fen; the newest figure of a month counts."""
    return keep_figure(actor, queries.span_of(month), payable_fen=payable_fen)
