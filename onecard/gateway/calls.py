"""What a handler is given."""

from __future__ import annotations

import dataclasses
from typing import Any

from onecard.terminals.types import TerminalPass


@dataclasses.dataclass(frozen=True, slots=True)
class Call:
    """One request, decoded: its message, whose token it carried (None where none is needed), from which address, and when."""

    message: Any
    terminal: TerminalPass | None
    address: str | None
    now_us: int

    @property
    def caller(self) -> TerminalPass:
        """The terminal; the door lets nobody without one in here."""
        if self.terminal is None:
            raise LookupError("this address needs a session")
        return self.terminal
