"""停用: disable a terminal for online purchases; what it has collected is booked either way."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState


@action("terminals.disable_terminal")
def disable_terminal(actor: Actor, code: str, *, reason: str) -> TerminalOutcome:
    """Disable the terminal with this code, and keep why; Terminal.DoesNotExist for an unknown one.

    It buys nothing online from the next request on, and is told so with its next heartbeat.
    """
    enabled = Terminal.objects.filter(code=code).exclude(state=TerminalState.DISABLED)
    changed = enabled.update(state=TerminalState.DISABLED, disabled_for=reason, disabled_by=actor.name, disabled_at=clock.now())
    if not changed:
        Terminal.objects.get(code=code)
        return TerminalOutcome.REPEATED
    return TerminalOutcome.DONE
