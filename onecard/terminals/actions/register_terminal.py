"""Register a terminal with a record key of its own (clause M04: the machines at the points of sale)."""

from __future__ import annotations

import enum
import secrets
from datetime import time

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.secrets import conceal
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import SourceKind
from onecard.terminals.models import Terminal
from onecard.terminals.rules import RECORD_KEY_BYTES
from onecard.terminals.types import RECORD_KEY_PURPOSE


class TerminalOutcome(enum.Enum):
    """What became of the action."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_CODE_TAKEN = "code taken"
    REFUSED_NOT_MISSING = "not missing"


@action("terminals.register_terminal")
def register_terminal(
    actor: Actor,
    code: str,
    *,
    merchant_id: int,
    name: str = "",
    single_limit_fen: int | None = None,
    hours: tuple[time, time] | None = None,
) -> TerminalOutcome:
    """Register the terminal, enabled, at a merchant; refused when the code is taken. The record key is made at random.

    `hours` are opening and closing time of day on campus; they may cross midnight. None means always open.
    """
    if Terminal.objects.filter(code=code).exists():
        return TerminalOutcome.REFUSED_CODE_TAKEN
    Terminal.objects.create(
        code=code,
        name=name,
        merchant_id=merchant_id,
        source_id=register_source(SourceKind.TERMINAL, name=code),
        record_key=conceal(secrets.token_bytes(RECORD_KEY_BYTES), purpose=RECORD_KEY_PURPOSE),
        single_limit_fen=single_limit_fen,
        opens_at=hours[0] if hours else None,
        closes_at=hours[1] if hours else None,
    )
    return TerminalOutcome.DONE
