"""Move a terminal to another merchant from a moment on (clause N3-5); its sales follow the merchant at `occurred_at`."""

from __future__ import annotations

from datetime import datetime

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.terminals import rules
from onecard.terminals.models import PastAssignment, Terminal
from onecard.terminals.types import MoveOutcome


@action("terminals.move_terminal")
def move_terminal(actor: Actor, code: str, *, merchant_id: int, since: datetime | None = None) -> MoveOutcome:
    """Let the terminal be the merchant's since that moment (now without one). Terminal.DoesNotExist for an unknown code.

    Refused for a moment that is to come, that lies before the last move, or after which something the terminal sold is in the
    books already: move it later, and have those sales corrected. Posting waits meanwhile, as for a close, so nothing slips in.
    """
    sql.call("select ledger_lock_days_v1()")
    terminal = Terminal.objects.select_for_update().get(code=code)
    now = clock.now()
    moment = since or now
    outcome = rules.judge_move(
        is_there=terminal.merchant_id == merchant_id,
        since=moment,
        now=now,
        last_moved=terminal.merchant_since,
        last_sold=ledger.latest_occurrence(terminal.source_id),
    )
    if outcome is not MoveOutcome.DONE:
        return outcome
    PastAssignment.objects.create(
        terminal=terminal, merchant_id=terminal.merchant_id, until=moment, moved_by=actor.name, moved_at=now
    )
    terminal.merchant_id, terminal.merchant_since = merchant_id, moment
    terminal.save(update_fields=["merchant", "merchant_since"])
    return MoveOutcome.DONE
