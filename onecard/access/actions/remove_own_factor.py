"""Do without a second factor again, where one's posts allow it (DESIGN §6)."""

from __future__ import annotations

from onecard.access import queries
from onecard.access.action import action
from onecard.access.factors import has_factor, remove_factor
from onecard.access.models import Operator, OperatorSession
from onecard.access.types import AccessOutcome, Actor


@action("access.remove_own_factor")
def remove_own_factor(actor: Actor, username: str, *, password: str) -> AccessOutcome:
    """Remove the own authenticator app and recovery codes.

    Refused when the password is wrong, and when the own posts need a second factor: they can only set up another one.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(password):
        return AccessOutcome.REFUSED_WRONG_PASSWORD
    if queries.must_have_factor(is_privileged=operator.is_privileged()):
        return AccessOutcome.REFUSED_FACTOR_NEEDED
    if not has_factor(operator):
        return AccessOutcome.REPEATED
    remove_factor(operator)
    OperatorSession.objects.filter(operator=operator, ended_at=None).update(has_factor=False)
    return AccessOutcome.DONE
