"""Check a batch of subsidies again, when people were registered or left since."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.check_grants import ROWS_A_STATEMENT, check, count
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.types import BatchState, SubsidyOutcome


@action("funding.check_batch")
def check_batch(actor: Actor, batch_id: int) -> SubsidyOutcome:
    """Look at every line anew; what was proposed for the list as it was is refused from then on, if the list is another.

    REPEATED when it comes to the same. Refused once it was granted or discarded. SubsidyBatch.DoesNotExist for an unknown one.
    """
    batch = SubsidyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    if batch.state != BatchState.CHECKED:
        return SubsidyOutcome.REFUSED_STATE
    before, grants = bytes(batch.digest), list(batch.grants.order_by("line"))
    check(grants)
    count(batch, grants)
    SubsidyGrant.objects.bulk_update(grants, ["person", "problem", "state"], batch_size=ROWS_A_STATEMENT)
    batch.save(update_fields=["people", "total_fen", "digest"])
    return SubsidyOutcome.REPEATED if bytes(batch.digest) == before else SubsidyOutcome.DONE
