"""批准结算单: the statement is final; its fee is booked and what it has due may be paid."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.settlement.money import book_fee
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import StatementOutcome, StatementState, Step


@action("settlement.approve_statement")
def approve_statement(actor: Actor, statement_id: int, *, due_fen: int) -> StatementOutcome:
    """Approve what the page showed (`due_fen`); a statement with nothing due is carried into the next one.

    Refused to who built, checked or recorded the confirmation of it. Statement.DoesNotExist for an unknown one.
    """
    statement = locked(statement_id)
    earlier = (statement.built_by, statement.checked_by, statement.confirmed_by)
    outcome = judged(statement, Step.APPROVE, actor=actor, not_by=earlier)
    if outcome is StatementOutcome.DONE and statement.due_fen != due_fen:
        return StatementOutcome.REFUSED_CHANGED
    if outcome is StatementOutcome.DONE:
        book_fee(statement)
        state = StatementState.APPROVED if statement.due_fen else StatementState.CARRIED
        bring_to(statement, state, approved_by=actor.name, approved_at=clock.now())
    return outcome
