"""Change one's own password (clause Y05, R19)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.set_password import is_remembered, set_password
from onecard.access.models import Operator
from onecard.access.passwords import profile, weaknesses
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, SessionEnd
from onecard.kernel import clock


@action("access.change_own_password")
def change_own_password(
    actor: Actor, username: str, *, old: str, new: str, is_disclosed: bool = False, session_id: int | None = None
) -> AccessOutcome:
    """Replace the password and end the operator's sessions but `session_id`.

    Refused, in this order: the old password is wrong; it is younger than the profile wants (a one-time password, or one that
    `is_disclosed`, is changed at any time); the new one is weak; it is one of the last ones.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(old):
        return AccessOutcome.REFUSED_WRONG_PASSWORD
    if not (operator.must_change_password or is_disclosed) and _is_too_young(operator):
        return AccessOutcome.REFUSED_TOO_SOON
    if weaknesses(new, username=username):
        return AccessOutcome.REFUSED_WEAK_PASSWORD
    if new == old or is_remembered(operator, new):
        return AccessOutcome.REFUSED_USED_PASSWORD
    set_password(operator, new, is_one_time=False)
    end_sessions(operator, because=SessionEnd.PASSWORD_CHANGED, but=session_id)
    return AccessOutcome.DONE


def _is_too_young(operator: Operator) -> bool:
    changed_at = operator.password_changed_at
    return changed_at is not None and clock.now() < changed_at + profile().min_age
