"""复核结算单: a second person of the card office has looked at a statement (BUSINESS: checked by the card office)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import StatementOutcome, StatementState, Step


@action("settlement.check_statement")
def check_statement(actor: Actor, statement_id: int) -> StatementOutcome:
    """The statement is right; the merchant is asked next. Refused to who built it. Statement.DoesNotExist for an unknown one."""
    statement = locked(statement_id)
    outcome = judged(statement, Step.CHECK, actor=actor, not_by=(statement.built_by,))
    if outcome is StatementOutcome.DONE:
        bring_to(statement, StatementState.CHECKED, checked_by=actor.name, checked_at=clock.now())
    return outcome
