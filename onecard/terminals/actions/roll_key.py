"""换钥: replace the key that a terminal signs with."""

from __future__ import annotations

import secrets

from django.db.models import F

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.secrets import conceal
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Enrolment, Terminal
from onecard.terminals.rules import RECORD_KEY_BYTES
from onecard.terminals.types import SHARED_KEY_PURPOSE


@action("terminals.roll_key")
def roll_key(actor: Actor, code: str, *, new_key: bytes) -> TerminalOutcome:
    """Put `new_key` (a public key, or a shared key from `new_shared_key`) in place of the device's key and end its session.

    REPEATED when it is the key already. Enrolment.DoesNotExist when no device is enrolled.
    """
    terminal = Terminal.objects.select_for_update(no_key=True).get(code=code)
    enrolment = Enrolment.objects.get(terminal=terminal, ended_at=None)
    if bytes(enrolment.key) == new_key:
        return TerminalOutcome.REPEATED
    enrolment.key, enrolment.rolled_at = new_key, clock.now()
    enrolment.save(update_fields=["key", "rolled_at"])
    Terminal.objects.filter(pk=terminal.pk).update(session_no=F("session_no") + 1)
    return TerminalOutcome.DONE


def new_shared_key() -> tuple[bytes, bytes]:
    """(a random shared key, the same concealed for storage)."""
    key = secrets.token_bytes(RECORD_KEY_BYTES)
    return key, conceal(key, purpose=SHARED_KEY_PURPOSE)
