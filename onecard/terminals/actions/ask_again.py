"""补采: ask a terminal again for numbers that are missing."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Recollection, Terminal


@action("terminals.ask_again")
def ask_again(actor: Actor, code: str, *, batch_no: int, first_seq: int, last_seq: int) -> TerminalOutcome:
    """Ask the terminal for these numbers with its next heartbeat, also when it said before that it doesn't have them."""
    terminal = Terminal.objects.get(code=code)
    Recollection.objects.update_or_create(
        terminal=terminal,
        batch_no=batch_no,
        first_seq=first_seq,
        last_seq=last_seq,
        defaults={"asked_by": actor.name, "asked_at": clock.now(), "not_found_at": None},
    )
    return TerminalOutcome.DONE
