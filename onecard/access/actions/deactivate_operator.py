"""Close an operator's account; its history stays (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor


@action("access.deactivate_operator")
def deactivate_operator(actor: Actor, username: str) -> AccessOutcome:
    """Let the account never log in again; sessions end with their next request. Refused on oneself."""
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    if not operator.is_active:
        return AccessOutcome.REPEATED
    operator.is_active = False
    operator.save()
    return AccessOutcome.DONE
