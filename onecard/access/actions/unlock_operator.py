"""Let an operator who typed too many wrong passwords or codes try again at once (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.log_in import factor_digest, name_digest
from onecard.access.models import LogInTries, Operator
from onecard.access.types import AccessOutcome, Actor


@action("access.unlock_operator")
def unlock_operator(actor: Actor, username: str) -> AccessOutcome:
    """Forget the wrong tries under this name, from every address, and those of the second factor. Refused on oneself."""
    operator = Operator.objects.get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    digests = [name_digest(username), factor_digest(operator)]
    forgotten, _ = LogInTries.objects.filter(name_digest__in=digests).delete()
    return AccessOutcome.DONE if forgotten else AccessOutcome.REPEATED
