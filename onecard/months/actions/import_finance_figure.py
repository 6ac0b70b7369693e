"""Read finance's balance of the payable account from a statement of it, CSV or Excel (clause S5.4)."""

from __future__ import annotations

import hashlib
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.csv_lines import FileRefused
from onecard.months import queries
from onecard.months.account_file import read_statement
from onecard.months.actions.keep_figure import keep_figure
from onecard.months.types import FigureOutcome, FigureResult


@action("months.import_finance_figure", subject=lambda month: f"{month:%Y-%m}")
def import_finance_figure(actor: Actor, month: date, *, content: bytes, file_name: str) -> FigureResult:
    """Keep the balance after the statement's last line up to the month's end. A bad line refuses the file and is named."""
    span = queries.span_of(month)
    try:
        statement = read_statement(content, name=file_name, until=span.last_day)
    except FileRefused as refused:
        return FigureResult(FigureOutcome.REFUSED_FILE, problems=(str(refused),))
    if statement.problems:
        return FigureResult(FigureOutcome.REFUSED_FILE, problems=statement.problems)
    digest = hashlib.sha256(content).hexdigest()
    outcome = keep_figure(
        actor, span, payable_fen=statement.balance_fen, file_name=file_name, file_digest=digest, lines=statement.lines
    )
    return FigureResult(outcome, payable_fen=statement.balance_fen)
