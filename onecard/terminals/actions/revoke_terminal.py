"""吊销: end the device's enrolment at once; it can do nothing more until a device enrols anew."""

from __future__ import annotations

from django.db.models import F

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Enrolment, EnrolmentCode, Terminal
from onecard.terminals.types import EnrolmentEnd


@action("terminals.revoke_terminal")
def revoke_terminal(actor: Actor, code: str) -> TerminalOutcome:
    """Void the terminal's key, session and enrolment code; the next request of the device is refused, at every gateway.

    Terminal.DoesNotExist for an unknown code; REPEATED when no device is enrolled.
    """
    terminal = Terminal.objects.select_for_update(no_key=True).get(code=code)
    EnrolmentCode.objects.filter(terminal=terminal).delete()
    ended = Enrolment.objects.filter(terminal=terminal, ended_at=None).update(ended_at=clock.now(), end=EnrolmentEnd.REVOKED)
    if not ended:
        return TerminalOutcome.REPEATED
    Terminal.objects.filter(pk=terminal.pk).update(session_no=F("session_no") + 1)
    return TerminalOutcome.DONE
