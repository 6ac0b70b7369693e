"""What the actions on a statement share: lock it, judge the step, write how far it is."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.settlement import rules
from onecard.settlement.models import Statement
from onecard.settlement.types import StatementOutcome, StatementState, Step


def locked(statement_id: int) -> Statement:
    """The statement, locked until the transaction ends; Statement.DoesNotExist for an unknown one."""
    return Statement.objects.select_for_update(of=("self",)).select_related("merchant").get(pk=statement_id)


def judged(statement: Statement, step: Step, *, actor: Actor, not_by: tuple[str, ...] = ()) -> StatementOutcome:
    """Whether the actor may take the step on the locked statement now."""
    return rules.judge_step(StatementState(statement.state), step, by=actor.name, not_by=not_by)


def bring_to(statement: Statement, state: StatementState, **written: object) -> None:
    """Write the state, and who brought it there."""
    statement.state = state
    for name, value in written.items():
        setattr(statement, name, value)
    statement.save(update_fields=["state", *written])
