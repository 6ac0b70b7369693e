"""Create an operator (clause Y07, Y09)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.set_password import set_password
from onecard.access.models import Operator
from onecard.access.passwords import weaknesses
from onecard.access.types import AccessOutcome, Actor


@action("access.create_operator")
def create_operator(
    actor: Actor, username: str, *, full_name: str, password: str, must_change_password: bool = True
) -> AccessOutcome:
    """Create the account without posts. Refused when the name is taken or the password weak.

    The first log-in, within three days, asks for a new password unless `must_change_password` is off.
    """
    if Operator.objects.filter(username=username).exists():
        return AccessOutcome.REFUSED_NAME_TAKEN
    if weaknesses(password, username=username):
        return AccessOutcome.REFUSED_WEAK_PASSWORD
    set_password(Operator(username=username, full_name=full_name), password, is_one_time=must_change_password)
    return AccessOutcome.DONE
