"""Settle a held record without booking it (DESIGN §4.5)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import sql
from onecard.ledger.actions.settle_held_records import locked_record, settle
from onecard.ledger.types import SettledAs
from onecard.purchases.actions.book_held import is_booked, number_text, record_of
from onecard.purchases.types import HELD_WORDS, HeldOutcome


@approved(
    "purchases.write_off_held_record",
    title=_("Write off a held record"),
    words={"reason": _("reason"), **HELD_WORDS},
    read_subject=int,
    about="ledger.heldrecord",
)
def write_off_held_record(actor: Actor, held_id: int, *, reason: str) -> HeldOutcome:
    """Settle what was held, a terminal's record or any other, without moving money; the reason stays with it.

    A terminal's record with a right MAC keeps its number, so it is not booked when it comes again. BOOKED_BEFORE when this very
    record was booked meanwhile, REPEATED when it is settled. HeldRecord.DoesNotExist for an unknown record.
    """
    held = locked_record(held_id)
    if held.settled_at is not None:
        return HeldOutcome.REPEATED
    record = record_of(held.raw)
    sql.call("select purchases_write_off_v1(%b::bigint)", [held.pk])
    if record is not None and is_booked(record):
        settle(held, actor=actor, settled_as=SettledAs.BOOKED, text=f"{number_text(record)}: {HeldOutcome.BOOKED_BEFORE.value}")
        return HeldOutcome.BOOKED_BEFORE
    settle(held, actor=actor, settled_as=SettledAs.WRITTEN_OFF, text=reason.strip())
    return HeldOutcome.WRITTEN_OFF
