"""验链: begin to verify the audit log's chain of hashes (clause Y03)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.audit.actions.verify_events import begin_verification
from onecard.audit.models import Verification


@action("access.verify_audit_log")
def verify_audit_log(actor: Actor) -> Verification:
    """A new run over all events of now; `audit.actions.verify_events` goes on with it part by part."""
    return begin_verification(by=actor.name)
