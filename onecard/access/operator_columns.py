"""How pages show an operator: posts, second factor, lock, limits, sessions."""

from __future__ import annotations

from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.access.actions.log_in import factor_digest, name_digest
from onecard.access.factors import codes_left, has_factor
from onecard.access.limit_forms import words_for
from onecard.access.models import Operator, OperatorSession
from onecard.access.queries import limits_of, open_sessions, waits_until
from onecard.kernel.pages import column


def _factor_words(operator: Operator) -> str:
    if not has_factor(operator):
        return _now("none")
    left = codes_left(operator)
    return _now("set up on %(day)s, recovery codes left: %(count)d") % {"day": _day(operator.factor.set_up_at), "count": left}


def _lock_words(operator: Operator) -> str | None:
    until = waits_until([name_digest(operator.username), factor_digest(operator)])
    return None if until is None else _now("until %(time)s") % {"time": date_format(localtime(until), "TIME_FORMAT")}


def _limit_words(operator: Operator) -> object:
    rows = limits_of(operator.pk)
    return format_html_join("", "<div>{}{}</div>", ((f"{row}: " if row.post else "", words_for(row)) for row in rows)) or None


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def _session_lines(operator: Operator) -> object:
    return format_html_join("", "<div>{}</div>", ((session_words(one),) for one in open_sessions(operator.pk))) or None


def session_words(session: OperatorSession) -> str:
    """A session in a line: where from, since when, last seen, with which browser."""
    since, seen = (date_format(localtime(moment), "DATETIME_FORMAT") for moment in (session.started_at, session.last_seen_at))
    parts = (
        session.address,
        _now("since %(time)s") % {"time": since},
        _now("last seen %(time)s") % {"time": seen},
        session.browser,
    )
    return " · ".join(part for part in parts if part)


NAME = column("own_name", _("full name"), lambda operator: operator.full_name, order="full_name")
POSTS = column("held_posts", _("posts"), lambda operator: ", ".join(sorted(str(post.label) for post in operator.posts())) or None)
FACTOR = column("own_factor", _("second factor"), _factor_words)
LOCK = column("wait", _("locked"), _lock_words)
LIMITS = column("own_limits", _("limits"), _limit_words)
SESSIONS = column("own_sessions", _("sessions"), _session_lines)
