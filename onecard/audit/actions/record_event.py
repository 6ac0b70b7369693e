"""Append an event to the audit log."""

from __future__ import annotations

from onecard.kernel import sql


def record_event(
    *, actor_id: int | None, actor_name: str, action: str, subject: str, payload_digest: bytes, outcome: str, request_id: str
) -> int:
    """Append the event and return its id. Call it last in the transaction: the chain's lock is held until commit."""
    arguments = [actor_id, actor_name, action, subject, payload_digest, outcome, request_id]
    rows = sql.call("select audit_append_v1(%b::bigint, %t, %t, %t, %b::bytea, %t, %t)", arguments)
    return int(rows[0][0])
