"""Issue the one-time code with which a device enrols as the terminal."""

from __future__ import annotations

import dataclasses
import hashlib
import secrets
from datetime import datetime, timedelta

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import EnrolmentCode, Terminal

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 10
CODE_LIVES = timedelta(minutes=30)
TRIES = 5


@dataclasses.dataclass(frozen=True, slots=True)
class IssuedCode:
    """The code in clear, told once, and until when it can be used."""

    outcome: TerminalOutcome
    code: str
    expires_at: datetime


@action("terminals.issue_enrolment_code")
def issue_enrolment_code(actor: Actor, code: str) -> IssuedCode:
    """Make a code for the terminal with this `code`; an older one is void. Terminal.DoesNotExist for an unknown terminal.

    49 random bits, 30 minutes, five tries.
    """
    terminal = Terminal.objects.get(code=code)
    secret = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    now = clock.now()
    expires_at = now + CODE_LIVES
    EnrolmentCode.objects.update_or_create(
        terminal=terminal,
        defaults={
            "digest": code_digest(secret),
            "tries_left": TRIES,
            "issued_by": actor.name,
            "issued_at": now,
            "expires_at": expires_at,
        },
    )
    return IssuedCode(TerminalOutcome.DONE, f"{secret[:5]}-{secret[5:]}", expires_at)


def code_digest(code: str) -> bytes:
    """What is kept of a code; hyphens and case don't matter."""
    return hashlib.sha256(code.replace("-", "").upper().encode()).digest()
