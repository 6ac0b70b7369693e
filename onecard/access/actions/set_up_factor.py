"""Set up one's own second factor: an authenticator app (DESIGN §6; clause R19)."""

from __future__ import annotations

from onecard.access import totp
from onecard.access.action import action
from onecard.access.factors import set_factor
from onecard.access.models import Operator, OperatorSession
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, NewCodes, SessionEnd
from onecard.kernel import clock


@action("access.set_up_factor")
def set_up_factor(
    actor: Actor, username: str, *, password: str, secret: bytes, one_time_code: str, session_id: int | None = None
) -> NewCodes:
    """Keep the app's secret, in place of an earlier one, and make new recovery codes; other sessions than `session_id` end.

    Refused when the password is wrong, and when the code is not the app's of now.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(password):
        return NewCodes(AccessOutcome.REFUSED_WRONG_PASSWORD)
    step = totp.step_of_code(secret, one_time_code.replace(" ", ""), now=clock.now(), used_step=0)
    if step is None:
        return NewCodes(AccessOutcome.REFUSED_WRONG_CODE)
    codes = set_factor(operator, secret=secret, step=step)
    end_sessions(operator, because=SessionEnd.FACTOR_CHANGED, but=session_id)
    OperatorSession.objects.filter(operator=operator, ended_at=None).update(has_factor=True)
    return NewCodes(AccessOutcome.DONE, codes)
