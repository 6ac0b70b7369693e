"""注销登录: end one's own session, or find that it has ended (clause R22). Not an `@action`: it needs no permission."""

from __future__ import annotations

from django.db import transaction

from onecard.access.action import audit
from onecard.access.models import OperatorSession
from onecard.access.types import Actor, SessionEnd
from onecard.kernel import clock

NAME = "access.log_out"


@transaction.atomic
def log_out(session: OperatorSession, *, because: SessionEnd = SessionEnd.LOGGED_OUT) -> None:
    """Write that the session is over and why, unless it is written already, and record the event about its address."""
    OperatorSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=clock.now(), ended_because=because)
    payload = {"session": session.pk}
    audit(Actor.of(session.operator), name=NAME, subject=str(session.address or ""), payload=payload, outcome=because.name)
