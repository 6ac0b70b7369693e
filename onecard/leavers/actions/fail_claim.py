"""认领退回: the bank could not pay a claimed balance; it is unclaimed again."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers.models import UnclaimedBalance
from onecard.leavers.money import take_payment_back
from onecard.leavers.types import LeaverOutcome, UnclaimedState


@action("leavers.fail_claim")
def fail_claim(actor: Actor, balance_id: int, *, reason: str) -> LeaverOutcome:
    """Take the bank's payment back in the books, with what the bank said. DoesNotExist for an unknown one."""
    balance = UnclaimedBalance.objects.select_for_update().get(pk=balance_id)
    if balance.state == UnclaimedState.UNCLAIMED and balance.payments:
        return LeaverOutcome.REPEATED
    if balance.state != UnclaimedState.CLAIMED or not balance.account:
        return LeaverOutcome.REFUSED_NOT_PAID
    take_payment_back(balance)
    balance.state, balance.changed_at, balance.note = UnclaimedState.UNCLAIMED, clock.now(), reason
    balance.save(update_fields=["state", "changed_at", "note"])
    return LeaverOutcome.DONE
