"""申请更正: a merchant asks the centre to give money of a sale back to the card holder (BUSINESS, Spending)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants.models import Merchant
from onecard.merchants.queries import staff_of
from onecard.settlement.corrections import is_reversed, sale_of
from onecard.settlement.models import CorrectionRequest
from onecard.settlement.types import CorrectionOutcome, CorrectionState


@action("settlement.ask_correction")
def ask_correction(actor: Actor, transfer_id: int, *, amount_fen: int, reason: str) -> CorrectionOutcome:
    """Ask that `amount_fen` of the sale goes back, all of it or a part; at most once a sale, unless it was rejected."""
    staff = staff_of(actor.operator_id)
    if staff is None:
        return CorrectionOutcome.REFUSED_NOT_YOURS
    merchant = Merchant.objects.select_for_update().get(pk=staff.merchant_id)
    sale = sale_of(merchant, transfer_id)
    if isinstance(sale, CorrectionOutcome):
        return sale
    asked = CorrectionRequest.objects.filter(transfer_id=transfer_id).exclude(state=CorrectionState.REJECTED)
    in_order = (
        (not 0 < amount_fen <= sale.amount_fen, CorrectionOutcome.REFUSED_AMOUNT),
        (not reason.strip(), CorrectionOutcome.REFUSED_NO_REASON),
        (asked.exists(), CorrectionOutcome.REFUSED_ASKED),
        (is_reversed(sale), CorrectionOutcome.REFUSED_REVERSED),
    )
    outcome = next((outcome for applies, outcome in in_order if applies), CorrectionOutcome.DONE)
    if outcome is CorrectionOutcome.DONE:
        CorrectionRequest.objects.create(
            merchant=merchant,
            transfer_id=transfer_id,
            amount_fen=amount_fen,
            reason=reason.strip(),
            asked_by=actor.name,
            asked_at=clock.now(),
        )
    return outcome
