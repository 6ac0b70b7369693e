"""Let an operator who typed too many wrong passwords or codes try again at once (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.log_in import forget_tries
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor


@action("access.unlock_operator")
def unlock_operator(actor: Actor, username: str) -> AccessOutcome:
    """Forget the wrong tries under this name, from every address, and those of the second factor. Refused on oneself."""
    operator = Operator.objects.get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    return AccessOutcome.DONE if forget_tries(operator) else AccessOutcome.REPEATED
