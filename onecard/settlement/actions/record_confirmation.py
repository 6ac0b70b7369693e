"""登记商户确认: a merchant without a log-in confirmed its statement on paper."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import StatementOutcome, StatementState, Step


@action("settlement.record_confirmation")
def record_confirmation(actor: Actor, statement_id: int, *, reason: str) -> StatementOutcome:
    """Keep how the merchant confirmed (`reason`: the signed paper). Refused without it. Statement.DoesNotExist: unknown."""
    if not reason.strip():
        return StatementOutcome.REFUSED_NO_REASON
    statement = locked(statement_id)
    outcome = judged(statement, Step.CONFIRM, actor=actor)
    if outcome is StatementOutcome.DONE:
        written = {"confirmed_by": actor.name, "confirmed_at": clock.now(), "confirmation": reason.strip()}
        bring_to(statement, StatementState.CONFIRMED, **written)
    return outcome
