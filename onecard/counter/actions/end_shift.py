"""Close a counted shift: book over and short, take the day's cash out of the drawer; what both ways of closing share."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.counter import rules
from onecard.counter.models import Shift
from onecard.counter.types import ShiftOutcome, ShiftResult, ShiftState
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, SourceKind, Subject, TransferKind
from onecard.policies import queries as policies

CLOSES = "counter shifts"
"""The job that numbers what closing a shift books, by the shift's id."""
_DIFFERENCE, _TAKINGS = 1, 2


def end_shift(actor: Actor, shift_id: int, *, kept_float_fen: int, closer_id: int, is_approved: bool) -> ShiftResult:
    """Close it in the name of `closer_id`; refusals in order: rules.judge_closing. Shift.DoesNotExist for an unknown shift."""
    shift = Shift.objects.select_for_update(of=("self",)).select_related("till").get(pk=shift_id)
    facts = rules.ClosingFacts(
        state=ShiftState(shift.state),
        is_own=shift.clerk_id == closer_id,
        difference_fen=shift.difference_fen,
        tolerance_fen=policies.fen("counter.till_tolerance_fen"),
        is_approved=is_approved,
        counted_fen=shift.counted_fen or 0,
        kept_float_fen=kept_float_fen,
    )
    outcome = rules.judge_closing(facts)
    if outcome is not ShiftOutcome.DONE:
        return ShiftResult(outcome, shift.pk)
    post_transfers(_entries(shift, takings_fen=facts.counted_fen - kept_float_fen))
    shift.state, shift.closed_at, shift.closed_by_id, shift.kept_float_fen = (
        ShiftState.CLOSED,
        clock.now(),
        closer_id,
        kept_float_fen,
    )
    shift.save()
    return ShiftResult(outcome, shift.pk)


def _entries(shift: Shift, *, takings_fen: int) -> list[Entry]:
    source, now, drawer = register_source(SourceKind.JOB, name=CLOSES), clock.now(), shift.till.account_id
    over_short, difference_fen = ledger.shared_account(Subject.CASH_OVER_SHORT), shift.difference_fen
    moves = (
        (_DIFFERENCE, TransferKind.CORRECTION, (over_short, drawer), -difference_fen),
        (_DIFFERENCE, TransferKind.CORRECTION, (drawer, over_short), difference_fen),
        (_TAKINGS, TransferKind.CASH_MOVEMENT, (ledger.shared_account(Subject.CASH_TO_FINANCE), drawer), takings_fen),
    )
    return [
        Entry(source, shift.pk, kind, debit, credit, amount_fen, now, leg=leg)
        for leg, kind, (debit, credit), amount_fen in moves
        if amount_fen > 0
    ]
