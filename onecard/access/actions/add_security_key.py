"""Register one's own security key beside the authenticator app (DESIGN §6; clause R19)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.factors import has_factor
from onecard.access.keys import MOST_KEYS, KeyAnswer, keep_key
from onecard.access.models import Operator, SecurityKey
from onecard.access.types import AccessOutcome, Actor


@action("access.add_security_key")
def add_security_key(actor: Actor, username: str, *, password: str, title: str, answer: KeyAnswer) -> AccessOutcome:
    """Keep the key that answered, under this name; at the next log-in it serves in place of the app's code.

    Refused when the password is wrong, without an authenticator app (its recovery codes are the way back in), with MOST_KEYS keys
    already, and when the key's answer is not right. The recovery codes stay.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(password):
        return AccessOutcome.REFUSED_WRONG_PASSWORD
    if not has_factor(operator):
        return AccessOutcome.REFUSED_NO_FACTOR
    if SecurityKey.objects.filter(operator=operator).count() >= MOST_KEYS:
        return AccessOutcome.REFUSED_TOO_MANY_KEYS
    return AccessOutcome.DONE if keep_key(operator, answer, title=title) else AccessOutcome.REFUSED_WRONG_KEY
