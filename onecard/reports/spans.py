"""Which days a report looks at, and with which it compares them. Pure."""

from __future__ import annotations

from datetime import date, timedelta

from onecard.policies.previews import TERM_DAYS
from onecard.reports.types import Span, SpanKind

WEEK = timedelta(days=7)
MOST_DAYS = 400
DAYS = {SpanKind.DAY: 1, SpanKind.WEEK: 7, SpanKind.TERM: TERM_DAYS}


def span_until(until: date, *, kind: SpanKind) -> Span:
    """The day, the week or the term (twenty weeks) that ends with this day; a day is compared with that of last week."""
    days = timedelta(days=DAYS[kind])
    since = until - days + timedelta(days=1)
    back = max(days, WEEK)
    return Span(kind, since, until, since - back, until - back)


def span_between(since: date, until: date) -> Span:
    """Chosen days, compared with as many before them. ValueError when they are out of order or too many."""
    if not since <= until < since + timedelta(days=MOST_DAYS):
        raise ValueError(f"the last day must not be before the first; at most {MOST_DAYS} days")
    days = until - since + timedelta(days=1)
    return Span(SpanKind.CHOSEN, since, until, since - days, until - days)
