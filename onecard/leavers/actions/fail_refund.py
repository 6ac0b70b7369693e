"""退款失败: the bank could not pay a leaver; the money is payable again until it is claimed (clause S7.3)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.leavers.actions.pay_refunds import mark
from onecard.leavers.models import Leaver
from onecard.leavers.money import take_payment_back
from onecard.leavers.types import LeaverOutcome, LeaverState


@action("leavers.fail_refund")
def fail_refund(actor: Actor, leaver_id: int, *, reason: str) -> LeaverOutcome:
    """Take the payment back in the books, with what the bank said. Leaver.DoesNotExist for an unknown one."""
    leaver = Leaver.objects.select_for_update().get(pk=leaver_id)
    if leaver.state == LeaverState.FAILED:
        return LeaverOutcome.REPEATED
    if leaver.state not in (LeaverState.PAID, LeaverState.CLAIMED):
        return LeaverOutcome.REFUSED_NOT_PAID
    take_payment_back(leaver)
    mark([leaver], LeaverState.FAILED, note=reason)
    return LeaverOutcome.DONE
