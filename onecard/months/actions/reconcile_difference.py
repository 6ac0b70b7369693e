"""Sign the reconciliation of a month's difference, item by item: settlement proposes, finance approves (clause S5.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.months import queries, rules
from onecard.months.actions.lock_months import lock_months
from onecard.months.models import Reconciliation, ReconciliationLine
from onecard.months.papers import issue_reconciliation
from onecard.months.presenting import shown_sheet
from onecard.months.types import RECONCILIATION_WORDS, MonthSpan, ReconciliationItem, ReconciliationOutcome


@approved("months.reconcile_difference", title=_("Reconcile a month's difference"), words=RECONCILIATION_WORDS, shows=shown_sheet)
def reconcile_difference(
    actor: Actor, month: str, *, books_fen: int, finance_fen: int, items: Sequence[Mapping[str, Any]]
) -> ReconciliationOutcome:
    """Keep why the balances of the month (`2026-09`) differ, as a numbered sheet; refusals in order: rules.judge_reconciliation.

    Each item has `amount_fen` (above zero where the centre's balance is higher), `reason` and `reference`; together they are the
    difference, to the fen. Signed for exactly these balances: when either changes, another sheet is needed.
    """
    lock_months()
    span = queries.span_of(date.fromisoformat(f"{month}-01"))
    kept = [ReconciliationItem(item["amount_fen"], item["reason"], item.get("reference", "")) for item in items]
    outcome = rules.judge_reconciliation(_facts(span, books_fen=books_fen, finance_fen=finance_fen, items=kept))
    if outcome is not ReconciliationOutcome.DONE:
        return outcome
    if queries.reconciliation_of(span.month, books_fen=books_fen, finance_fen=finance_fen) is not None:
        return ReconciliationOutcome.REPEATED
    _keep(actor, span, balances=(books_fen, finance_fen), items=kept)
    return ReconciliationOutcome.DONE


def _facts(
    span: MonthSpan, *, books_fen: int, finance_fen: int, items: Sequence[ReconciliationItem]
) -> rules.ReconciliationFacts:
    figure = queries.figure_of(span.month)
    return rules.ReconciliationFacts(
        closing=queries.judge_close(span),
        said_books_fen=books_fen,
        said_finance_fen=finance_fen,
        books_fen=queries.figures_of(span).books_fen,
        finance_fen=figure.payable_fen if figure else None,
        items=items,
    )


def _keep(actor: Actor, span: MonthSpan, *, balances: tuple[int, int], items: Sequence[ReconciliationItem]) -> None:
    books_fen, finance_fen = balances
    sheet = Reconciliation.objects.create(
        month=span.month,
        books_fen=books_fen,
        finance_fen=finance_fen,
        difference_fen=books_fen - finance_fen,
        paper_no=issue_reconciliation(actor, span, balances=balances, items=items),
        signed_by=actor.name[:200],
        signed_at=clock.now(),
        proposal_id=actor.approval.proposal_id if actor.approval else None,
    )
    ReconciliationLine.objects.bulk_create(
        ReconciliationLine(
            reconciliation=sheet, position=at, amount_fen=item.amount_fen, reason=item.reason, reference=item.reference
        )
        for at, item in enumerate(items, start=1)
    )
