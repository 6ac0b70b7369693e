"""Let a shift take deposits outside the deposit windows for a while (S3.1: outside needs an approved reason)."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.counter.models import Shift
from onecard.counter.types import ShiftOutcome, ShiftResult, ShiftState
from onecard.counter.words import SHIFT_WORDS
from onecard.kernel import clock

MOST_MINUTES = 720
WORDS = {"minutes": _("minutes"), "excuse": _("reason outside the windows"), **SHIFT_WORDS}


@approved(
    "counter.allow_outside_windows",
    title=_("Take deposits outside the windows"),
    words=WORDS,
    read_subject=int,
    about="counter.shift",
)
def allow_outside_windows(actor: Actor, shift_id: int, *, minutes: int, excuse: str) -> ShiftResult:
    """From the approval on, for so many minutes. Refused on a shift that is not open, without reason, or for too long."""
    shift = Shift.objects.select_for_update().get(pk=shift_id)
    if shift.state != ShiftState.OPEN or not 0 < minutes <= MOST_MINUTES:
        return ShiftResult(ShiftOutcome.REFUSED_STATE, shift.pk)
    if not excuse.strip():
        return ShiftResult(ShiftOutcome.REFUSED_NO_REASON, shift.pk)
    shift.excused_until, shift.excuse = clock.now() + timedelta(minutes=minutes), excuse.strip()
    shift.save(update_fields=["excused_until", "excuse"])
    return ShiftResult(ShiftOutcome.DONE, shift.pk)
