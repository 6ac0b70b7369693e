"""商户确认: the merchant agrees to its statement, on its own page (BUSINESS: confirmed by the merchant)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants.queries import staff_of
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import StatementOutcome, StatementState, Step


@action("settlement.confirm_statement")
def confirm_statement(actor: Actor, statement_id: int) -> StatementOutcome:
    """The merchant's head confirms. Refused for another merchant's statement. Statement.DoesNotExist for an unknown one."""
    statement, staff = locked(statement_id), staff_of(actor.operator_id)
    if staff is None or not staff.is_head or staff.merchant_id != statement.merchant_id:
        return StatementOutcome.REFUSED_NOT_YOURS
    outcome = judged(statement, Step.CONFIRM, actor=actor)
    if outcome is StatementOutcome.DONE:
        bring_to(statement, StatementState.CONFIRMED, confirmed_by=actor.name, confirmed_at=clock.now())
    return outcome
