"""Typed reads of the audit log."""

from __future__ import annotations

from onecard.audit.models import Event
from onecard.kernel import sql


def first_broken() -> int | None:
    """The id of the first event whose place in the chain is wrong; None when the log is whole."""
    rows = sql.call(f"select min(id) from ({sql.text_of('audit', 'invariants/chain_unbroken')}) as broken")
    broken: int | None = rows[0][0]
    return broken


def events_of(action: str) -> list[Event]:
    """All events of one action, oldest first."""
    return list(Event.objects.filter(action=action).order_by("pk"))
