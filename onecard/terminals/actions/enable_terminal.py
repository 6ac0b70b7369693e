"""启用: enable a terminal for online purchases; what it has collected is booked either way."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.terminals.actions.register_terminal import TerminalOutcome
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState


@action("terminals.enable_terminal")
def enable_terminal(actor: Actor, code: str) -> TerminalOutcome:
    """Enable the terminal with this code; Terminal.DoesNotExist for an unknown one."""
    disabled = Terminal.objects.filter(code=code).exclude(state=TerminalState.ENABLED)
    changed = disabled.update(state=TerminalState.ENABLED, disabled_for="", disabled_by="", disabled_at=None)
    if not changed:
        Terminal.objects.get(code=code)
        return TerminalOutcome.REPEATED
    return TerminalOutcome.DONE
