"""Verify the chain of events part by part, so that a log of any size shows its progress and a broken-off run can go on."""

from __future__ import annotations

from onecard.audit.models import Event, Verification
from onecard.kernel import clock, sql

EVENTS_A_PART = 20_000


def begin_verification(*, by: str) -> Verification:
    """A new run up to the newest event; `access.verify_audit_log` calls it."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first()
    return Verification.objects.create(started_at=clock.now(), started_by=by, upto_id=newest or 0)


def verify_next_part(verification: Verification, *, most: int = EVENTS_A_PART) -> Verification:
    """Look at the next part and note how far it has come; at the end, and at the first wrong event, the run is finished."""
    place = {"after": verification.checked_id, "upto": verification.upto_id, "most": most}
    [(last_id, count, broken_id)] = sql.call(sql.text_of("audit", "queries/chain_part"), place)
    verification.checked += count
    verification.checked_id = last_id or verification.upto_id
    verification.broken_id = broken_id
    if broken_id is not None or verification.checked_id >= verification.upto_id:
        verification.finished_at = clock.now()
    verification.save()
    return verification
