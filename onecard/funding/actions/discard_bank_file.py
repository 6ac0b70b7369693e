"""Discard a bank's file that should not be booked: it was of another bank, say, or of a test."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.models import BankFile
from onecard.funding.types import BankFileState, BankOutcome
from onecard.kernel import clock


@action("funding.discard_bank_file")
def discard_bank_file(actor: Actor, file_id: int) -> BankOutcome:
    """The file stays in the list and names nothing any more; it may come again. Refused when it was booked."""
    kept = BankFile.objects.select_for_update(no_key=True).defer("content").get(pk=file_id)
    if kept.state == BankFileState.DISCARDED:
        return BankOutcome.REPEATED
    if kept.state != BankFileState.COMPARED:
        return BankOutcome.REFUSED_STATE
    kept.state, kept.decided_by, kept.decided_at = BankFileState.DISCARDED, actor.name, clock.now()
    kept.save(update_fields=["state", "decided_by", "decided_at"])
    return BankOutcome.DONE
