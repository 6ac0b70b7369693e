"""生成结算单: put together what a merchant's next period comes to (clause M4.2; BUSINESS, Out and closed)."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants.actions.note_settled import note_settled
from onecard.merchants.models import Merchant
from onecard.papers.actions.issue_paper import issue_paper
from onecard.settlement import drafting
from onecard.settlement.models import Line, Statement
from onecard.settlement.papers import STATEMENT, content_of
from onecard.settlement.queries import next_period
from onecard.settlement.types import BuildOutcome, Built, Draft, Period, Terms

MOST_LINES_AT_ONCE = 1_000


@action("settlement.build_statement")
def build_statement(actor: Actor, code: str, *, last_day: date) -> Built:
    """Build the merchant's next statement, of the days up to `last_day`, and number its paper. Merchant.DoesNotExist: unknown.

    It opens where the last one closed and holds everything that was booked on the merchant's account since, late records with
    their own date. `last_day` is the period's end, or an earlier closed day (a contract that ends). One at a time by a merchant.
    """
    merchant = Merchant.objects.select_for_update().get(code=code)
    last = Statement.objects.filter(merchant=merchant).order_by("-number").first()
    if last is not None and last_day <= last.last_day:
        is_there = Statement.objects.filter(merchant=merchant, last_day=last_day).first()
        return Built(BuildOutcome.REPEATED, is_there.pk) if is_there else Built(BuildOutcome.REFUSED_PERIOD)
    period = next_period(merchant)
    if period is None:
        return Built(BuildOutcome.REFUSED_NO_CONTRACT)
    if not period.first_day <= last_day <= period.last_day:
        return Built(BuildOutcome.REFUSED_PERIOD)
    if not drafting.is_closed(last_day):
        return Built(BuildOutcome.REFUSED_DAYS_OPEN)
    statement = _built(actor, merchant, last=last, period=Period(period.first_day, last_day, is_closed=True))
    return Built(BuildOutcome.DONE, statement.pk)


def _built(actor: Actor, merchant: Merchant, *, last: Statement | None, period: Period) -> Statement:
    after_id = last.last_id if last else 0
    found = drafting.Range(
        merchant.payable_account_id,
        period.first_day,
        period.last_day,
        after_id,
        drafting.last_id_on(period.last_day, after_id=after_id),
    )
    terms = drafting.terms_now(merchant, last_day=period.last_day)
    draft = drafting.draft_of(found, terms=terms, opening_fen=last.closing_fen if last else 0)
    statement = _keep(actor, merchant, last=last, found=found, terms=terms, draft=draft)
    note_settled(merchant, through=max([period.last_day, *(line.day for line in draft.lines)]))
    issue_paper(actor, STATEMENT, subject=str(statement.pk), dated=period.last_day, content=content_of(statement, draft))
    return statement


def _keep(
    actor: Actor, merchant: Merchant, *, last: Statement | None, found: drafting.Range, terms: Terms, draft: Draft
) -> Statement:
    figures = draft.figures
    statement = Statement.objects.create(
        merchant=merchant,
        number=last.number + 1 if last else 1,
        previous=last,
        first_day=found.first_day,
        last_day=found.last_day,
        after_id=found.after_id,
        last_id=found.last_id,
        terms=drafting.kept_terms(terms),
        opening_fen=figures.opening_fen,
        sales_fen=figures.sales_fen,
        reversals_fen=figures.reversals_fen,
        corrections_fen=figures.corrections_fen,
        fee_fen=figures.fee_fen,
        payable_fen=figures.payable_fen,
        due_fen=figures.due_fen,
        closing_fen=figures.closing_fen,
        built_by=actor.name,
        built_at=clock.now(),
    )
    Line.objects.bulk_create(
        [
            Line(
                statement=statement,
                day=line.day,
                source_id=line.source_id,
                meal=line.meal,
                part=line.part,
                rate_from=line.rate_from,
                transfers=line.transfers,
                amount_fen=line.amount_fen,
            )
            for line in draft.lines
        ],
        batch_size=MOST_LINES_AT_ONCE,
    )
    return statement
