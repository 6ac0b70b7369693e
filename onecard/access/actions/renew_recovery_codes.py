"""Make new recovery codes for oneself (clause R19)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.factors import has_factor, renew_codes
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor, NewCodes


@action("access.renew_recovery_codes")
def renew_recovery_codes(actor: Actor, username: str, *, password: str) -> NewCodes:
    """Ten new codes; the old ones are void. Refused when the password is wrong, and without a second factor."""
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(password):
        return NewCodes(AccessOutcome.REFUSED_WRONG_PASSWORD)
    if not has_factor(operator):
        return NewCodes(AccessOutcome.REFUSED_NO_FACTOR)
    return NewCodes(AccessOutcome.DONE, renew_codes(operator))
