"""Disable a terminal for online purchases; what it has collected is booked either way."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState


@action("terminals.disable_terminal")
def disable_terminal(actor: Actor, code: str) -> TerminalOutcome:
    """Disable the terminal with this code; Terminal.DoesNotExist for an unknown one."""
    changed = Terminal.objects.filter(code=code).exclude(state=TerminalState.DISABLED).update(state=TerminalState.DISABLED)
    if not changed:
        Terminal.objects.get(code=code)
        return TerminalOutcome.REPEATED
    return TerminalOutcome.DONE
