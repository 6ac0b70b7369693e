"""退款: finance pays what the list says, all at once by the bank (clause S7.3)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.money import pay
from onecard.leavers.types import LeaverOutcome, LeaverState


@approved(
    "leavers.pay_refunds",
    title=_("Pay leavers' refunds"),
    words={"total_fen": _("total")},
    read_subject=int,
    about="leavers.leaverbatch",
)
def pay_refunds(actor: Actor, batch_id: int, *, total_fen: int) -> LeaverOutcome:
    """Pay every payable refund of the batch; `total_fen` is what was approved, and another sum is refused.

    LeaverBatch.DoesNotExist for an unknown batch.
    """
    batch = LeaverBatch.objects.select_for_update().get(pk=batch_id)
    if batch.cancelled_at is None:
        return LeaverOutcome.REFUSED_NOT_CANCELLED
    if batch.paid_at is not None:
        return LeaverOutcome.REPEATED
    due = list(Leaver.objects.select_for_update().filter(batch=batch, state=LeaverState.PAYABLE).order_by("pk"))
    if not due or sum(one.refund_fen for one in due) != total_fen:
        return LeaverOutcome.REFUSED_NOTHING_DUE
    pay(due)
    mark(due, LeaverState.PAID)
    batch.paid_at = clock.now()
    batch.save(update_fields=["paid_at"])
    return LeaverOutcome.DONE


def mark(leavers: list[Leaver], state: LeaverState, *, note: str = "") -> None:
    """Bring these locked leavers into this state."""
    for one in leavers:
        one.state, one.changed_at, one.note = state, clock.now(), note
    Leaver.objects.bulk_update(leavers, ["state", "changed_at", "note", "payments"], batch_size=1_000)
