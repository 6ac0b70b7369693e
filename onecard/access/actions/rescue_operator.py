"""Let an operator in again whom no colleague can help: for who holds the machine (clause Y05)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.log_in import forget_tries
from onecard.access.actions.set_password import set_password
from onecard.access.factors import remove_factor
from onecard.access.models import Operator
from onecard.access.passwords import one_time_password
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, OneTimePassword, SessionEnd


@action("access.rescue_operator")
def rescue_operator(actor: Actor, username: str) -> OneTimePassword:
    """Set a one-time password, forget second factor and wrong tries, end all sessions. No post may: the system alone.

    Operator.DoesNotExist for an unknown name; refused for a closed account. Limits stay: they are lifted on the pages.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if not operator.is_active:
        return OneTimePassword(AccessOutcome.REFUSED_INACTIVE)
    password = one_time_password()
    set_password(operator, password, is_one_time=True)
    remove_factor(operator)
    forget_tries(operator)
    end_sessions(operator, because=SessionEnd.PASSWORD_CHANGED)
    return OneTimePassword(AccessOutcome.DONE, password)
