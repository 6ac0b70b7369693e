"""Declare missing numbers lost: after re-collection failed, with approval (clause M05: nothing is written off silently)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.terminals import queries
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import LostNumbers, Terminal

WORDS = {
    "batch_no": _("batch"),
    "first_seq": _("first number"),
    "last_seq": _("last number"),
    "reason": _("reason"),
    "DONE": _("The numbers are declared lost."),
    "REFUSED_NOT_MISSING": _("These numbers are not missing."),
}


@approved("terminals.declare_lost", title=_("Declare numbers lost"), words=WORDS)
def declare_lost(actor: Actor, code: str, *, batch_no: int, first_seq: int, last_seq: int, reason: str) -> TerminalOutcome:
    """Take these numbers off the gaps. Refused unless all of them are missing now; one that arrives later is booked."""
    terminal = Terminal.objects.select_for_update(no_key=True).get(code=code)
    place = {"terminal": terminal, "batch_no": batch_no, "first_seq": first_seq, "last_seq": last_seq}
    if LostNumbers.objects.filter(**place).exists():
        return TerminalOutcome.REPEATED
    found = queries.gaps(terminal_id=terminal.pk)
    if not any(g.batch_no == batch_no and g.first_seq <= first_seq <= last_seq <= g.last_seq for g in found):
        return TerminalOutcome.REFUSED_NOT_MISSING
    LostNumbers.objects.create(**place, reason=reason, declared_by=actor.name)
    return TerminalOutcome.DONE
