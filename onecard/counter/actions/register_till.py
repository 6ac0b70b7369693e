"""Register a till."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.models import Till
from onecard.counter.types import ShiftOutcome
from onecard.kernel import clock
from onecard.ledger.actions.open_accounts import open_accounts
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import SourceKind, Subject


@action("counter.register_till")
def register_till(actor: Actor, code: str, *, name: str) -> ShiftOutcome:
    """Register a cash drawer with an account and a numbering of its own; REPEATED when the code is taken."""
    if Till.objects.filter(code=code).exists():
        return ShiftOutcome.REPEATED
    [account] = open_accounts([(Subject.TILL_CASH, f"till {code}")])
    source = register_source(SourceKind.TILL, name=code)
    Till.objects.create(code=code, name=name, account_id=account, source_id=source, registered_at=clock.now())
    return ShiftOutcome.DONE
