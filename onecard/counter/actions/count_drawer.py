"""盘点: count the drawer blind, by denomination (S4.1)."""

from __future__ import annotations

from collections.abc import Mapping

from onecard.access.action import action, is_refusal
from onecard.access.types import Actor
from onecard.counter import rules
from onecard.counter.models import DrawerCount, Shift
from onecard.counter.types import ShiftOutcome, ShiftResult, ShiftState
from onecard.kernel import clock
from onecard.ledger import queries as ledger


@action("counter.count_drawer")
def count_drawer(actor: Actor, shift_id: int, *, pieces: Mapping[str, int], explanation: str = "") -> ShiftResult:
    """Keep the clerk's own count; from the first one on the shift books nothing more.

    `pieces` by denomination (fen as text). DONE when it is what the book says; COUNT_AGAIN after a first count that differs; a
    later one stands as DIFFERS, with an explanation. Refusals in order: rules.judge_count. Shift.DoesNotExist for an
    unknown shift.
    """
    shift = Shift.objects.select_for_update(of=("self",)).select_related("till").get(pk=shift_id)
    total_fen, book_fen = rules.count_total(pieces), ledger.balance_of(shift.till.account_id)
    outcome = rules.judge_count(
        state=ShiftState(shift.state),
        is_own=shift.clerk_id == actor.person_id,
        total_fen=total_fen,
        book_fen=book_fen,
        counts_before=shift.counts.count(),
        explanation=explanation,
    )
    if is_refusal(outcome) or total_fen is None:
        return ShiftResult(outcome, shift.pk)
    DrawerCount.objects.create(shift=shift, pieces=dict(pieces), total_fen=total_fen, counted_at=clock.now())
    shift.state = ShiftState.COUNTING
    if outcome is not ShiftOutcome.COUNT_AGAIN:
        shift.state, shift.counted_at = ShiftState.COUNTED, clock.now()
        shift.counted_fen, shift.expected_fen, shift.explanation = total_fen, book_fen, explanation.strip()
    shift.save()
    return ShiftResult(outcome, shift.pk)
