"""重新付款: what a failed payment left due goes into the next payment file, as two people agreed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.settlement.steps import bring_to, judged, locked
from onecard.settlement.types import STATEMENT_WORDS, StatementOutcome, StatementState, Step


@approved(
    "settlement.pay_again",
    title=_("Pay a merchant again"),
    words={"due_fen": _("to be paid"), **STATEMENT_WORDS},
    read_subject=int,
    about="settlement.statement",
)
def pay_again(actor: Actor, statement_id: int, *, due_fen: int) -> StatementOutcome:
    """Let the statement be paid once more; `due_fen` is what was approved. Statement.DoesNotExist for an unknown one."""
    statement = locked(statement_id)
    outcome = judged(statement, Step.PAY_AGAIN, actor=actor)
    if outcome is StatementOutcome.DONE and statement.due_fen != due_fen:
        return StatementOutcome.REFUSED_CHANGED
    if outcome is StatementOutcome.DONE:
        bring_to(statement, StatementState.APPROVED)
    return outcome
