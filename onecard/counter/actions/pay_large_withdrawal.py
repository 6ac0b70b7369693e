"""大额取款: pay out more than one clerk may, with a second person's approval (clause N3-3.3)."""

from __future__ import annotations

import uuid

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.counter.actions.pay_out import pay_out
from onecard.counter.types import Booking
from onecard.counter.words import OUTCOME_WORDS

WORDS = {"amount_fen": _("amount"), "request_key": _("form"), **OUTCOME_WORDS}


@approved("counter.pay_large_withdrawal", title=_("Pay out a large amount"), words=WORDS, read_subject=int, about="people.person")
def pay_large_withdrawal(actor: Actor, person_id: int, *, amount_fen: int, request_key: str) -> Booking:
    """Pay out of the drawer of the proposing clerk, who has seen who it is; the limits stay (rules.judge_withdrawal)."""
    return pay_out(
        actor, person_id, amount_fen=amount_fen, is_identified=True, is_approved=True, request_key=uuid.UUID(request_key)
    )
