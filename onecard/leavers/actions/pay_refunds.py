"""退款: what a colleague approved goes to the bank in one file, each refund into the person's account (clause S7.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.leavers.models import Leaver, LeaverBatch, RefundFile
from onecard.leavers.money import pay
from onecard.leavers.queries import due_refunds
from onecard.leavers.showing import refunds_table
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.leavers.words import OF_PROPOSALS


def _weighs(subject: str, _payload: Mapping[str, Any]) -> object:
    """Who has no account, and whose account bears another name, for who approves it."""
    return refunds_table(due_refunds(int(subject)))


@approved(
    "leavers.pay_refunds",
    title=_("Pay leavers' refunds"),
    words={"total_fen": _("total"), "newest_account_at": _("newest account entered at"), **OF_PROPOSALS},
    read_subject=int,
    about="leavers.leaverbatch",
    weighs=_weighs,
)
def pay_refunds(actor: Actor, batch_id: int, *, total_fen: int, newest_account_at: str) -> LeaverOutcome:
    """Pay every payable refund of the batch for which there is a bank account, and keep the file that finance fetches.

    Sum and moment are what was approved: refused when a refund, or an account, is another by now. Who has no account waits.
    LeaverBatch.DoesNotExist for an unknown batch.
    """
    batch = LeaverBatch.objects.select_for_update().get(pk=batch_id)
    if batch.cancelled_at is None:
        return LeaverOutcome.REFUSED_NOT_CANCELLED
    if newest_account_at and batch.files.filter(total_fen=total_fen, newest_account_at=newest_account_at).exists():
        return LeaverOutcome.REPEATED
    list(Leaver.objects.select_for_update().filter(batch=batch, state=LeaverState.PAYABLE).order_by("pk"))
    due = due_refunds(batch_id)
    if not due.payable or (due.total_fen, due.newest_account_at) != (total_fen, newest_account_at):
        return LeaverOutcome.REFUSED_NOTHING_DUE
    now = clock.now()
    file = RefundFile.objects.create(
        batch=batch, made_by=actor.name, made_at=now, newest_account_at=newest_account_at, total_fen=total_fen
    )
    for leaver, account in due.payable:
        leaver.file, leaver.account = file, account
    paid = [leaver for leaver, _account in due.payable]
    pay(paid)
    mark(paid, LeaverState.PAID)
    batch.paid_at = now
    batch.save(update_fields=["paid_at"])
    return LeaverOutcome.DONE


def mark(leavers: list[Leaver], state: LeaverState, *, note: str = "") -> None:
    """Bring these locked leavers into this state."""
    for one in leavers:
        one.state, one.changed_at, one.note = state, clock.now(), note
    Leaver.objects.bulk_update(leavers, ["state", "changed_at", "note", "payments", "file", "account"], batch_size=1_000)
