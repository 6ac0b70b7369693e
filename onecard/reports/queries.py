"""Typed reads of the room: the numbers of a span, from the sums of closed days and the open day as it stands."""

from __future__ import annotations

from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.merchants.queries import sellers
from onecard.reports.spans import span_until
from onecard.reports.types import Numbers, Span, SpanKind
from onecard.rollups import queries as rollups


def usual_span(kind: SpanKind) -> Span:
    """The span of this kind that ends with the open business day, or with today before the first one."""
    return span_until(ledger.open_day() or clock.today(), kind=kind)


def numbers_of(span: Span) -> Numbers:
    """Everything that the reports of the span are made from."""
    return Numbers(
        span=span,
        moved=rollups.movements(span.since, span.until),
        taken=rollups.takings(span.since, span.until),
        facts=rollups.day_facts(span.since, span.until),
        moved_before=rollups.movements(span.before_since, span.before_until),
        taken_before=rollups.takings(span.before_since, span.before_until),
        sums_before=rollups.sums_before(span.since),
        sellers=sellers(),
    )
