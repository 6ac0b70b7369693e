"""Forget one's own security key: lost, or passed on (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator, SecurityKey
from onecard.access.types import AccessOutcome, Actor


@action("access.remove_security_key")
def remove_security_key(actor: Actor, username: str, *, password: str, key_id: int) -> AccessOutcome:
    """The key serves no more; the app and the recovery codes stay. Refused when the password is wrong."""
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(password):
        return AccessOutcome.REFUSED_WRONG_PASSWORD
    forgotten, _rows = SecurityKey.objects.filter(operator=operator, pk=key_id).delete()
    return AccessOutcome.DONE if forgotten else AccessOutcome.REPEATED
