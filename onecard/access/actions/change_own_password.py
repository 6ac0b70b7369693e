"""Change one's own password (clause Y05, R19)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.passwords import weaknesses
from onecard.access.types import AccessOutcome, Actor
from onecard.kernel import clock


@action("access.change_own_password")
def change_own_password(actor: Actor, username: str, *, old: str, new: str) -> AccessOutcome:
    """Replace the password when the old one is right and the new one good enough and different."""
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk != actor.operator_id or not operator.check_password(old):
        return AccessOutcome.REFUSED_WRONG_PASSWORD
    if new == old or weaknesses(new, username=username):
        return AccessOutcome.REFUSED_WEAK_PASSWORD
    operator.set_password(new)
    operator.must_change_password, operator.password_changed_at = False, clock.now()
    operator.save()
    return AccessOutcome.DONE
