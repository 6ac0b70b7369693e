"""Open a terminal's session: its token is good until the next one is opened, it expires, or the terminal is revoked."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from onecard.kernel import clock
from onecard.kernel.secrets import reveal
from onecard.terminals.models import Enrolment, Terminal, TerminalSession
from onecard.terminals.rules import token_digest
from onecard.terminals.types import RECORD_KEY_PURPOSE, TerminalPass

SESSION_LIVES = timedelta(hours=12)
TOKEN_BYTES = 24


def open_session(enrolment: Enrolment, *, challenge: str, address: str | None) -> tuple[str, TerminalPass] | None:
    """(token, what it stands for), or None when the challenge was used before or the enrolment has ended meanwhile.

    The caller has verified challenge and signature. The terminal's older sessions are forgotten.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    digest = token_digest(challenge)
    now = clock.now()
    expires_at = now + SESSION_LIVES
    with transaction.atomic():
        terminal = Terminal.objects.select_for_update(no_key=True).get(pk=enrolment.terminal_id)
        is_live = Enrolment.objects.filter(pk=enrolment.pk, ended_at=None, key=enrolment.key).exists()
        if not is_live or TerminalSession.objects.filter(challenge_digest=digest).exists():
            return None
        terminal.session_no += 1
        terminal.save(update_fields=["session_no"])
        TerminalSession.objects.filter(terminal=terminal, expires_at__lt=now).delete()
        TerminalSession.objects.create(
            terminal=terminal,
            session_no=terminal.session_no,
            token_digest=token_digest(token),
            challenge_digest=digest,
            address=address,
            opened_at=now,
            expires_at=expires_at,
        )
    record_key = reveal(bytes(terminal.record_key), purpose=RECORD_KEY_PURPOSE)
    return token, TerminalPass(terminal.pk, terminal.code, terminal.session_no, record_key, expires_at)
