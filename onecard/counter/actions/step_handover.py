"""Where a hand-over's cash goes next: what the steps of a hand-over share."""

from __future__ import annotations

from onecard.counter.actions.move_cash import move_cash
from onecard.counter.models import Handover
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject

HANDOVERS = "cash hand-overs"
_STEPS = 10
"""A hand-over's steps are booked under its id times ten and the step's number."""
INTO_SAFE, OUT_OF_SAFE, TO_FINANCE = 1, 2, 3


def locked_handover(handover_id: int) -> Handover:
    """The hand-over, locked until the transaction ends; Handover.DoesNotExist for an unknown one."""
    return Handover.objects.select_for_update().get(pk=handover_id)


def book_step(handover: Handover, step: int, *, from_subject: Subject, to_subject: Subject) -> None:
    """Move the hand-over's cash between the centre's accounts."""
    accounts = ledger.shared_account(from_subject), ledger.shared_account(to_subject)
    move_cash(HANDOVERS, handover.pk * _STEPS + step, *accounts, amount_fen=handover.amount_fen)
