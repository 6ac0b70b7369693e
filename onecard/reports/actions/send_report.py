"""Send a subscription's report of its last finished period; `onecard reports send` does it for all."""

from __future__ import annotations

from datetime import timedelta

from django.utils import translation
from django.utils.translation import gettext as _

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.months import queries as months
from onecard.papers.excel import excel_of
from onecard.papers.types import Sheet
from onecard.reports.boards import BOARDS
from onecard.reports.mail import has_server, send_mail
from onecard.reports.models import Cadence, Sending, Subscription
from onecard.reports.pages import board_sheet
from onecard.reports.queries import numbers_of
from onecard.reports.spans import span_between, span_until
from onecard.reports.types import Numbers, ReportOutcome, Span, SpanKind


@action("reports.send_report")
def send_report(actor: Actor, subscription_id: int) -> ReportOutcome:
    """Mail the board's figures with its tables as Excel, once a period; FAILED is kept with what the server said.

    Two that send at once wait for each other. Killed after the server took the mail and before that is kept, it is sent again:
    better twice than never.
    """
    one = Subscription.objects.select_for_update().get(pk=subscription_id)
    span = due_span(Cadence(one.cadence))
    if span is None:
        return ReportOutcome.REFUSED_NOTHING_DUE
    if one.ended_at is not None or one.sendings.filter(since=span.since, until=span.until, is_sent=True).exists():
        return ReportOutcome.REPEATED
    if not has_server():
        return ReportOutcome.REFUSED_NO_SERVER
    with translation.override(one.language):
        problem = _mail(one, numbers_of(span))
    Sending.objects.create(
        subscription=one, since=span.since, until=span.until, tried_at=clock.now(), is_sent=not problem, problem=problem
    )
    return ReportOutcome.FAILED if problem else ReportOutcome.DONE


def due_span(cadence: Cadence) -> Span | None:
    """The last finished period: the last closed business day, the last whole week before the open one, the last closed month."""
    open_day = ledger.open_day()
    if cadence is Cadence.MONTHLY:
        closed = months.last_close()
        return None if closed is None else span_between(closed.first_day, closed.last_day)
    if open_day is None:
        return None
    if cadence is Cadence.WEEKLY:
        return span_until(open_day - timedelta(days=open_day.isoweekday()), kind=SpanKind.WEEK)
    closed_days = [day for day in ledger.business_dates() if day < open_day]
    return span_until(closed_days[-1], kind=SpanKind.DAY) if closed_days else None


def _mail(one: Subscription, numbers: Numbers) -> str:
    board = BOARDS[one.board]
    sheet: Sheet = board_sheet(board, span=numbers.span, parts=[part(numbers) for part in board.parts])
    lines = [
        f"{tile.title}: {tile.figure}" + (f" ({tile.note})" if tile.note else "")
        for make in board.tiles
        if (tile := make(numbers))
    ]
    days = f"{numbers.span.since} – {numbers.span.until}"
    return send_mail(
        to=one.address,
        title=f"{_('Campus card centre')} · {board.title} · {days}",
        body="\n".join([days, "", *lines]),
        attachment=excel_of(sheet),
        name=f"{sheet.number}.xlsx",
    )
