"""How pages show an operator: posts, second factor, lock, limits, sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
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
    return format_html_join("", "<div>{}{}</div>", ((row if row.post else "", words_for(row)) for row in rows)) or None


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")


def session_table(sessions: Iterable[OperatorSession]) -> SafeString:
    """Sessions as a table: where from, since when, last seen; empty when there are none."""
    rows = [
        (session.address or "", date_format(localtime(session.started_at), "DATETIME_FORMAT"), _seen(session), session.browser)
        for session in sessions
    ]
    if not rows:
        return SafeString("")
    head = format_html_join(
        "", "<th>{}</th>", ((title,) for title in (_now("address"), _now("since"), _now("last seen"), _now("browser")))
    )
    body = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
    return format_html(
        '<div class="oc-scroll"><table class="oc-table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, body
    )


def _seen(session: OperatorSession) -> str:
    return date_format(localtime(session.last_seen_at), "DATETIME_FORMAT")


NAME = column("own_name", _("full name"), lambda operator: operator.full_name, order="full_name")
POSTS = column("held_posts", _("posts"), lambda operator: ", ".join(sorted(str(post.label) for post in operator.posts())) or None)
FACTOR = column("own_factor", _("second factor"), _factor_words)
LOCK = column("wait", _("locked"), _lock_words)
LIMITS = column("own_limits", _("limits"), _limit_words)
SESSIONS = column("own_sessions", _("sessions"), lambda operator: session_table(open_sessions(operator.pk)) or None)
