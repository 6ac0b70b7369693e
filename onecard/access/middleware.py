"""What stands before every page: the request's id, the session that may have ended, the password and factor that are due."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from onecard.access import queries
from onecard.access.actions.log_out import log_out
from onecard.access.models import Operator, OperatorSession
from onecard.access.passwords import expires_at
from onecard.access.sessions import watch_session
from onecard.access.types import SessionEnd, request_id_now
from onecard.access.visitor import address_of, is_by_a_person
from onecard.kernel import clock

SESSION = "operator_session"
"""Under what a browser's session keeps the id of the OperatorSession."""
REQUEST_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
ALWAYS = frozenset({"logout", "jsi18n", "set_language", "healthz"})
PASSWORD, FACTOR = "password_change", "account_factor"
"""The names of the pages that are all an operator reaches who must change the password, or set up a second factor."""
SAYS = {
    SessionEnd.LOGGED_OUT: _("You are logged out."),
    SessionEnd.ENDED_BY_SELF: _("You ended this session from another one."),
    SessionEnd.ENDED_BY_OTHER: _("An administrator ended this session."),
    SessionEnd.DEACTIVATED: _("This account is closed."),
    SessionEnd.POSTS_CHANGED: _("Your posts have changed: log in again."),
    SessionEnd.PASSWORD_CHANGED: _("The password has changed: log in again."),
    SessionEnd.FACTOR_CHANGED: _("The second factor has changed: log in again."),
    SessionEnd.TOO_LONG: _("You were logged in for the longest time allowed: log in again."),
    SessionEnd.IDLE: _("Nothing was done for too long: log in again."),
    SessionEnd.LIMITED: _("You may not be logged in at this time or from this address."),
}


def session_of(request: HttpRequest) -> OperatorSession | None:
    """The session in which the request came; None for strangers."""
    return getattr(request, "operator_session", None)


class OperatorSessions:
    """Looks at the session before every view: one that ended leaves a stranger, who is led to the log-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Number the request and look at its session."""
        given = request.headers.get("X-Request-ID", "")
        token = request_id_now.set(given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        try:
            if request.user.is_authenticated:
                _watch(request)
            return self.get_response(request)
        finally:
            request_id_now.reset(token)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Lead who must change the password, or set up a second factor, to that page and nowhere else."""
        session, name = session_of(request), request.resolver_match.url_name if request.resolver_match else ""
        if session is None or name in ALWAYS:
            return None
        due = due_page(cast(Operator, request.user), session)
        return None if due is None or name == due else redirect(f"admin:{due}")


def due_page(operator: Operator, session: OperatorSession) -> str | None:
    """The page that comes before all others for this operator: PASSWORD, FACTOR, or None."""
    expires = expires_at(operator.password_changed_at)
    if operator.must_change_password or (expires is not None and expires <= clock.now()):
        return PASSWORD
    if not session.has_factor and queries.must_have_factor(is_privileged=session.is_privileged):
        return FACTOR
    return None


def _watch(request: HttpRequest) -> None:
    """Keep the session at hand, or log the browser out and say why."""
    sessions = OperatorSession.objects.select_related("operator").filter(operator=cast(Operator, request.user))
    found = sessions.filter(pk=request.session.get(SESSION, 0)).first()
    if found is None:
        logout(request)
        return
    ended = watch_session(found, address=address_of(request), is_active=is_by_a_person(request))
    if ended is None:
        request.operator_session = found  # type: ignore[attr-defined]
        return
    log_out(found, because=ended)
    logout(request)
    messages.warning(request, SAYS[ended])
