"""结束补助批次: after the last day what nobody collected lapses, and the result is written (BUSINESS: Money in)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding import rules
from onecard.funding.models import SubsidyBatch
from onecard.funding.papers import issue_subsidy_result
from onecard.funding.types import BatchState, GrantState, SubsidyOutcome
from onecard.kernel import clock


@action("funding.end_batch")
def end_batch(actor: Actor, batch_id: int) -> SubsidyOutcome:
    """Let every subsidy that waits lapse (it never was money in a purse), and issue the numbered result.

    Refused before the last day is over, and while a batch that takes back what is unspent has not done so: rules.judge_ending.
    """
    batch = SubsidyBatch.objects.select_for_update(no_key=True).get(pk=batch_id)
    outcome = rules.judge_ending(
        state=BatchState(batch.state),
        ends_on=batch.ends_on,
        today=clock.today(),
        has_to_take_back=batch.takes_back and batch.grants.filter(state=GrantState.GRANTED).exists(),
    )
    if outcome is not SubsidyOutcome.DONE:
        return outcome
    now = clock.now()
    batch.grants.filter(state=GrantState.UNCLAIMED).update(state=GrantState.LAPSED, ended_at=now)
    batch.state, batch.ended_at = BatchState.ENDED, now
    batch.save(update_fields=["state", "ended_at"])
    issue_subsidy_result(actor, batch)
    return SubsidyOutcome.DONE
