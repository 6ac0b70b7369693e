"""取款: pay cash out at the counter from a person's cash purse (clause N3-3.3)."""

from __future__ import annotations

import uuid

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.actions.pay_out import pay_out
from onecard.counter.types import Booking


@action("counter.pay_withdrawal")
def pay_withdrawal(actor: Actor, person_id: int, *, amount_fen: int, is_identified: bool, request_key: uuid.UUID) -> Booking:
    """Pay out up to the amount that one clerk may; refusals in order: rules.judge_withdrawal.

    `is_identified`: the clerk has seen who it is. The same `request_key` again is REPEATED. Person.DoesNotExist for an unknown
    person.
    """
    return pay_out(
        actor, person_id, amount_fen=amount_fen, is_identified=is_identified, is_approved=False, request_key=request_key
    )
