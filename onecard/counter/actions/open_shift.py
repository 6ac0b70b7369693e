"""Open a shift at a till with a counted float (S4.1)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.models import Shift, Till
from onecard.counter.types import ShiftOutcome, ShiftResult, ShiftState
from onecard.kernel import clock
from onecard.ledger import queries as ledger


@action("counter.open_shift")
def open_shift(actor: Actor, till_code: str, *, float_fen: int) -> ShiftResult:
    """Begin to work at the till; the float that the clerk counted must be what the till's book says.

    Refused in this order: another shift at the till, another shift of the clerk, another float. Till.DoesNotExist for an
    unknown till.
    """
    till = Till.objects.select_for_update().get(code=till_code)
    going_on = Shift.objects.exclude(state=ShiftState.CLOSED)
    if going_on.filter(till=till).exists():
        return ShiftResult(ShiftOutcome.REFUSED_TILL_IN_USE)
    if going_on.filter(clerk_id=actor.person_id).exists():
        return ShiftResult(ShiftOutcome.REFUSED_HAS_SHIFT)
    if float_fen != ledger.balance_of(till.account_id):
        return ShiftResult(ShiftOutcome.REFUSED_FLOAT_DIFFERS)
    shift = Shift.objects.create(
        till=till,
        clerk_id=actor.person_id,
        business_date=ledger.business_date(),
        opened_at=clock.now(),
        float_fen=float_fen,
    )
    return ShiftResult(ShiftOutcome.DONE, shift.pk)
