"""Discard a batch of subsidies that is not to be granted."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.models import SubsidyBatch
from onecard.funding.types import BatchState, SubsidyOutcome


@action("funding.discard_batch")
def discard_batch(actor: Actor, batch_id: int) -> SubsidyOutcome:
    """The batch stays in the list and can never be granted; the same file may come again. Refused when it was granted."""
    batch = SubsidyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state == BatchState.DISCARDED:
        return SubsidyOutcome.REPEATED
    if batch.state != BatchState.CHECKED:
        return SubsidyOutcome.REFUSED_STATE
    batch.state = BatchState.DISCARDED
    batch.save(update_fields=["state"])
    return SubsidyOutcome.DONE
