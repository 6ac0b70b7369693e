"""Close another clerk's counted shift (S4.1)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.actions.end_shift import end_shift
from onecard.counter.types import ShiftResult


@action("counter.close_shift")
def close_shift(actor: Actor, shift_id: int, *, kept_float_fen: int) -> ShiftResult:
    """Take the day's cash out of the drawer, leave the float, book over or short within the tolerance; a second person does it.

    Refusals in order: rules.judge_closing. Shift.DoesNotExist for an unknown shift.
    """
    return end_shift(actor, shift_id, kept_float_fen=kept_float_fen, closer_id=actor.person_id, is_approved=False)
