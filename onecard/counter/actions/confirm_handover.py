"""Finance signs for a day's cash (S4.2)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter import rules
from onecard.counter.actions.step_handover import TO_FINANCE, book_step, locked_handover
from onecard.counter.papers import sign_as_received
from onecard.counter.types import HandoverOutcome, HandoverResult, HandoverState
from onecard.kernel import clock
from onecard.ledger.types import Subject


@action("counter.confirm_handover")
def confirm_handover(actor: Actor, handover_id: int, *, counted_fen: int) -> HandoverResult:
    """Book the cash as received when finance counted what the list says, and sign its papers.

    Refusals in order: rules.judge_receipt. Handover.DoesNotExist for an unknown one.
    """
    handover = locked_handover(handover_id)
    outcome = rules.judge_receipt(
        state=HandoverState(handover.state),
        is_own=handover.handed_by_id == actor.person_id,
        amount_fen=handover.amount_fen,
        counted_fen=counted_fen,
    )
    if outcome is HandoverOutcome.DONE:
        book_step(handover, TO_FINANCE, from_subject=Subject.CASH_TO_FINANCE, to_subject=Subject.BANK_CLEARING)
        handover.state, handover.received_at = HandoverState.RECEIVED, clock.now()
        handover.received_by_id = actor.person_id
        handover.save()
        sign_as_received(actor, handover)
    return HandoverResult(outcome, handover.pk)
