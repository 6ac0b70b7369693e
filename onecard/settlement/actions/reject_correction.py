"""驳回更正: the centre does not agree to a merchant's request, and says why."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.settlement.actions.book_correction import decide
from onecard.settlement.models import CorrectionRequest
from onecard.settlement.types import CorrectionOutcome, CorrectionState


@action("settlement.reject_correction")
def reject_correction(actor: Actor, request_id: int, *, reason: str) -> CorrectionOutcome:
    """Leave the sale as it is. Refused without a reason, or when it is booked. CorrectionRequest.DoesNotExist: unknown."""
    if not reason.strip():
        return CorrectionOutcome.REFUSED_NO_REASON
    request = CorrectionRequest.objects.select_for_update().get(pk=request_id)
    if request.state == CorrectionState.REJECTED:
        return CorrectionOutcome.REPEATED
    if request.state == CorrectionState.BOOKED:
        return CorrectionOutcome.REFUSED_DECIDED
    decide(request, CorrectionState.REJECTED, actor=actor, answer=reason.strip())
    return CorrectionOutcome.DONE
