"""Close a shift whose drawer differs by more than is tolerated (S4.1)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.counter.actions.end_shift import end_shift
from onecard.counter.types import ShiftResult
from onecard.counter.words import SHIFT_WORDS

WORDS = {"kept_float_fen": _("float kept"), **SHIFT_WORDS}


@approved(
    "counter.close_differing_shift",
    title=_("Close a shift that is over or short"),
    words=WORDS,
    read_subject=int,
    about="counter.shift",
)
def close_differing_shift(actor: Actor, shift_id: int, *, kept_float_fen: int) -> ShiftResult:
    """As close_shift, with the explanation approved; the proposer is who closes. Refusals in order: rules.judge_closing."""
    return end_shift(actor, shift_id, kept_float_fen=kept_float_fen, closer_id=actor.person_id, is_approved=True)
