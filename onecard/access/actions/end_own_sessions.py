"""End one's own other sessions: one, or all of them (clause R19)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, SessionEnd


@action("access.end_own_sessions")
def end_own_sessions(actor: Actor, username: str, *, session_id: int | None, but: int | None) -> AccessOutcome:
    """End the session with this id, or every one of them for None; never `but`, in which the operator is at work."""
    operator = Operator.objects.get(username=username)
    if operator.pk != actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    ended = end_sessions(operator, because=SessionEnd.ENDED_BY_SELF, but=but, only=session_id)
    return AccessOutcome.DONE if ended else AccessOutcome.REPEATED
