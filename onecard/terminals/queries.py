"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db.models import F

from onecard.kernel import clock, sql
from onecard.kernel.secrets import reveal
from onecard.terminals.models import Enrolment, Terminal, TerminalSession
from onecard.terminals.parameters import BUILT_IN, ParameterContent, decode_content
from onecard.terminals.rules import token_digest
from onecard.terminals.types import RECORD_KEY_PURPOSE, SHARED_KEY_PURPOSE, Gap, KeyScheme, TerminalPass


def record_keys(terminal_ids: Iterable[int]) -> dict[int, bytes]:
    """The record keys of these terminals, by id; an unknown id is absent."""
    rows = Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "record_key")
    return {pk: reveal(bytes(concealed), purpose=RECORD_KEY_PURPOSE) for pk, concealed in rows}


def sources_of(terminal_ids: Iterable[int]) -> dict[int, int]:
    """The ledger source's id of these terminals, by id."""
    return dict(Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "source_id"))


def gaps(*, terminal_id: int | None = None, limit: int = 1_000) -> list[Gap]:
    """Missing numbers of all terminals, or of one, in order of terminal, batch and number; at most `limit` places."""
    rows = sql.call(sql.text_of("terminals", "queries/gaps"), [terminal_id, terminal_id, limit])
    return [Gap(*row) for row in rows]


def missing_totals() -> tuple[int, int]:
    """(missing numbers, places where they are missing), over all terminals and batches, counted from 1 within each batch."""
    [row] = sql.call(sql.text_of("terminals", "queries/missing_totals"))
    return int(row[0]), int(row[1])


def terminals_with(codes: Iterable[str]) -> dict[str, Terminal]:
    """The terminals with these codes, by code; an unknown code is absent."""
    return {terminal.code: terminal for terminal in Terminal.objects.filter(code__in=set(codes))}


def terminal_ids_at(merchant_ids: Iterable[int]) -> list[int]:
    """The ids of all terminals at these merchants."""
    return list(Terminal.objects.filter(merchant_id__in=set(merchant_ids)).order_by("pk").values_list("pk", flat=True))


def live_enrolment(code: str) -> Enrolment | None:
    """The device that acts as the terminal with this code; None when none does."""
    return Enrolment.objects.select_related("terminal").filter(terminal__code=code, ended_at=None).first()


def signing_key(enrolment: Enrolment) -> bytes:
    """What the device's signatures are verified with: its public key, or the shared key in clear."""
    if enrolment.scheme == KeyScheme.HMAC_SHA256:
        return reveal(bytes(enrolment.key), purpose=SHARED_KEY_PURPOSE)
    return bytes(enrolment.key)


def pass_of(token: str) -> TerminalPass | None:
    """What a session's token stands for; None unless it is that of the terminal's newest session and has not expired."""
    found = TerminalSession.objects.select_related("terminal").filter(
        token_digest=token_digest(token), expires_at__gt=clock.now(), session_no=F("terminal__session_no")
    )
    session = found.first()
    if session is None:
        return None
    terminal = session.terminal
    record_key = reveal(bytes(terminal.record_key), purpose=RECORD_KEY_PURPOSE)
    return TerminalPass(terminal.pk, terminal.code, session.session_no, record_key, session.expires_at)


def session_numbers(terminal_ids: Iterable[int]) -> dict[int, int]:
    """The number of the one good session of these terminals, by id: a pass with another number is void."""
    return dict(Terminal.objects.filter(pk__in=set(terminal_ids)).values_list("pk", "session_no"))


def parameters_for(terminal_id: int, *, at: datetime) -> tuple[int, datetime, ParameterContent]:
    """(version, effective from, content) that hold for the terminal; version 0 is what is built in."""
    rows = sql.call(sql.text_of("terminals", "queries/parameters_for"), [terminal_id, at])
    if not rows:
        return 0, datetime(1970, 1, 1, tzinfo=UTC), BUILT_IN
    version, effective_from, content = rows[0]
    return version, effective_from, decode_content(content)


def to_recollect(terminal_id: int, *, limit: int = 100) -> list[Gap]:
    """What the terminal is asked for again, oldest first: gaps less what it said it doesn't have."""
    rows = sql.call(sql.text_of("terminals", "queries/to_recollect"), [terminal_id, limit])
    return [Gap(terminal_id, *row) for row in rows]
