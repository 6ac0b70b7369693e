"""End all sessions of an operator (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, SessionEnd


@action("access.end_operator_sessions")
def end_operator_sessions(actor: Actor, username: str) -> AccessOutcome:
    """Log the operator out everywhere, at once; a new log-in stays possible. On oneself: end_own_sessions."""
    operator = Operator.objects.get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    ended = end_sessions(operator, because=SessionEnd.ENDED_BY_OTHER)
    return AccessOutcome.DONE if ended else AccessOutcome.REPEATED
