"""Take a bag out of the safe on its way to finance (S4.4)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.actions.step_handover import OUT_OF_SAFE, book_step, locked_handover
from onecard.counter.papers import issue_safe_entry
from onecard.counter.types import HandoverOutcome, HandoverResult, HandoverState
from onecard.kernel import clock
from onecard.ledger.types import Subject


@action("counter.take_out_of_safe")
def take_out_of_safe(actor: Actor, handover_id: int, *, seal_no: str) -> HandoverResult:
    """The bag with this seal goes to finance. REFUSED_STATE when it is not in the safe, REFUSED_BAG for another seal."""
    handover = locked_handover(handover_id)
    if handover.state != HandoverState.IN_SAFE:
        return HandoverResult(HandoverOutcome.REFUSED_STATE, handover.pk)
    if seal_no.strip() != handover.seal_no:
        return HandoverResult(HandoverOutcome.REFUSED_BAG, handover.pk)
    book_step(handover, OUT_OF_SAFE, from_subject=Subject.SAFE_CASH, to_subject=Subject.CASH_TO_FINANCE)
    handover.state, handover.taken_out_at = HandoverState.ON_THE_WAY, clock.now()
    handover.save()
    issue_safe_entry(actor, handover, is_in=False)
    return HandoverResult(HandoverOutcome.DONE, handover.pk)
