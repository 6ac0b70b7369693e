"""领取补助: a person collects what waits for them; only then is it money in the purse (BUSINESS: Money in)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.models import SubsidyGrant
from onecard.funding.queries import subsidies_waiting_for
from onecard.funding.subsidy_money import pay
from onecard.funding.types import Collected, GrantState, SubsidyOutcome
from onecard.kernel import clock


@action("funding.collect_subsidies")
def collect_subsidies(actor: Actor, person_id: int) -> Collected:
    """Book every subsidy that waits for the person, and whose last day is not over, to the subsidy purse.

    Asked twice, or at two places at once, it is booked once: the second finds nothing (REFUSED_NOTHING).
    """
    waiting = list(subsidies_waiting_for(person_id).select_for_update(no_key=True, of=("self",)).order_by("pk"))
    if not waiting:
        return Collected(SubsidyOutcome.REFUSED_NOTHING)
    now = clock.now()
    pay(waiting, at=now)
    rows = SubsidyGrant.objects.filter(pk__in=[one.pk for one in waiting])
    rows.update(state=GrantState.GRANTED, granted_at=now)
    return Collected(SubsidyOutcome.DONE, len(waiting), sum(one.amount_fen or 0 for one in waiting))
