"""Forget a lost second factor: one person proposes, another approves (DESIGN §6; clause R19)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.factors import has_factor, remove_factor
from onecard.access.models import Operator
from onecard.access.sessions import end_sessions
from onecard.access.types import AccessOutcome, Actor, SessionEnd

WORDS = {
    "DONE": _("The second factor is gone; the next log-in asks for a new one where the posts need one."),
    "REPEATED": _("There is no second factor."),
    "REFUSED_SELF": _("Nobody takes part in the reset of the own second factor."),
}


@approved("access.reset_factor", title=_("Reset the second factor"), words=WORDS)
def reset_factor(actor: Actor, username: str) -> AccessOutcome:
    """Remove the operator's authenticator app and recovery codes and end all sessions; the password stays.

    Refused when the operator is who proposes or approves.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    approver_id = actor.approval.approver_id if actor.approval else None
    if operator.pk in (actor.operator_id, approver_id):
        return AccessOutcome.REFUSED_SELF
    if not has_factor(operator):
        return AccessOutcome.REPEATED
    remove_factor(operator)
    end_sessions(operator, because=SessionEnd.FACTOR_CHANGED)
    return AccessOutcome.DONE
