"""Close an operator's account; its history stays (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, SessionEnd


@action("access.deactivate_operator")
def deactivate_operator(actor: Actor, username: str) -> AccessOutcome:
    """Let the account never log in again; its sessions end at once. Refused on oneself."""
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    if not operator.is_active:
        return AccessOutcome.REPEATED
    operator.is_active = False
    operator.save()
    end_sessions(operator, because=SessionEnd.DEACTIVATED)
    return AccessOutcome.DONE
