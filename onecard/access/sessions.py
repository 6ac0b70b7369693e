"""Sessions of operators: begun by a log-in, watched with every request, ended by whoever may (DESIGN §6)."""

from __future__ import annotations

from datetime import timedelta

from onecard.access import queries
from onecard.access.models import Operator, OperatorSession
from onecard.access.rules import session_ends
from onecard.access.types import Address, SessionEnd
from onecard.kernel import clock

MOST_OF_A_BROWSER = 200
SEEN_EVERY = timedelta(seconds=30)
"""`last_seen_at` is written when it is older than this, not with every request."""


def start_session(operator: Operator, *, address: Address | None, browser: str = "", has_factor: bool = False) -> OperatorSession:
    """Note that the operator is logged in from now on."""
    now = clock.now()
    return OperatorSession.objects.create(
        operator=operator,
        address=None if address is None else str(address),
        browser=browser[:MOST_OF_A_BROWSER],
        is_privileged=operator.is_privileged(),
        has_factor=has_factor,
        started_at=now,
        last_seen_at=now,
    )


def end_sessions(operator: Operator, *, because: SessionEnd, but: int | None = None, only: int | None = None) -> int:
    """End the operator's sessions with their next request, all `but` one or `only` one; how many were open."""
    sessions = OperatorSession.objects.filter(operator=operator, ended_at=None)
    if but is not None:
        sessions = sessions.exclude(pk=but)
    if only is not None:
        sessions = sessions.filter(pk=only)
    return sessions.update(ended_at=clock.now(), ended_because=because)


def watch_session(session: OperatorSession, *, address: Address | None, is_active: bool) -> SessionEnd | None:
    """Look whether the session may go on from this address, and write what was found; why it ended, None while it goes on.

    `is_active`: a person asked; a page that refreshes itself keeps nobody logged in.
    """
    if session.ended_at is not None:
        return SessionEnd(session.ended_because)
    now = clock.now()
    limits = [queries.read_limits(row) for row in queries.limits_of(session.operator_id)]
    ends = session_ends(
        started_at=session.started_at,
        last_seen_at=session.last_seen_at,
        now=now,
        times=queries.session_times(is_privileged=session.is_privileged),
        limits=queries.limits_forbid(limits, address=address),
    )
    if ends is not None:
        OperatorSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now, ended_because=ends)
    elif is_active and now - session.last_seen_at >= SEEN_EVERY:
        OperatorSession.objects.filter(pk=session.pk).update(last_seen_at=now)
    return ends
