"""Give an operator a one-time password in place of a forgotten one (clause Y05)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.set_password import set_password
from onecard.access.models import Operator
from onecard.access.passwords import one_time_password
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, OneTimePassword, SessionEnd


@action("access.reset_password")
def reset_password(actor: Actor, username: str) -> OneTimePassword:
    """Set a random password that serves for one log-in within three days, and end all sessions; it is told this once.

    Refused on oneself (change_own_password asks for the old one) and for a closed account. A second factor stays in place.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk == actor.operator_id:
        return OneTimePassword(AccessOutcome.REFUSED_SELF)
    if not operator.is_active:
        return OneTimePassword(AccessOutcome.REFUSED_INACTIVE)
    password = one_time_password()
    set_password(operator, password, is_one_time=True)
    end_sessions(operator, because=SessionEnd.PASSWORD_CHANGED)
    return OneTimePassword(AccessOutcome.DONE, password)
