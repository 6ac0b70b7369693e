"""Book a held record as it stands (DESIGN §4.5)."""

from __future__ import annotations

from onecard.access.action import action, is_refusal
from onecard.access.types import Actor
from onecard.ledger.actions.settle_held_records import locked_record, settle
from onecard.ledger.types import SettledAs
from onecard.purchases.actions.book_held import book_under_own_number, limits_for, number_text, record_of, why_not
from onecard.purchases.types import HeldOutcome


@action("purchases.book_held_record")
def book_held_record(actor: Actor, held_id: int) -> HeldOutcome:
    """Book the terminal's record under its own number, unchanged, now that its card is known or its clock understood.

    The MAC must have been right, whatever the terminal's clock said. BOOKED, BOOKED_FLAGGED, BOOKED_BEFORE (it came again and was
    booked meanwhile) or REPEATED; refusals in order: rules.judge_booking. HeldRecord.DoesNotExist for an unknown one.
    """
    held = locked_record(held_id)
    record = record_of(held.raw)
    refused = why_not(held, record, as_it_stands=True)
    if refused is not None or record is None:
        return refused or HeldOutcome.REFUSED_NOT_A_PURCHASE
    outcome = book_under_own_number(held, record, limits=limits_for(as_it_stands=True))
    if not is_refusal(outcome):
        settle(held, actor=actor, settled_as=SettledAs.BOOKED, text=f"{number_text(record)} as it stands: {outcome.value}")
    return outcome
