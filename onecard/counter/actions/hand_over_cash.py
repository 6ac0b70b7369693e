"""现金交接: hand the cash of closed shifts over to finance (S4.2)."""

from __future__ import annotations

from django.db.models import F, Sum

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.counter.models import Handover, Shift
from onecard.counter.papers import issue_day_list, issue_handover_slip
from onecard.counter.types import HandoverOutcome, HandoverResult, ShiftState
from onecard.kernel import clock
from onecard.ledger import queries as ledger


@action("counter.hand_over_cash")
def hand_over_cash(actor: Actor) -> HandoverResult:
    """Gather what all closed shifts took out of their drawers since the last hand-over; finance confirms it on its own page.

    Refused when no cash waits. The summary (当日存款汇总表) and the slip that finance signs (现金交接单) are issued along.
    """
    waiting = Shift.objects.select_for_update().filter(state=ShiftState.CLOSED, handover=None).order_by("pk")
    ids = [shift.pk for shift in waiting]
    amount_fen = Shift.objects.filter(pk__in=ids).aggregate(fen=Sum(F("counted_fen") - F("kept_float_fen")))["fen"] or 0
    if amount_fen == 0:
        return HandoverResult(HandoverOutcome.REFUSED_NOTHING)
    handover = Handover.objects.create(
        business_date=ledger.business_date(), amount_fen=amount_fen, handed_at=clock.now(), handed_by_id=actor.person_id
    )
    Shift.objects.filter(pk__in=ids).update(handover=handover)
    issue_handover_slip(actor, handover, day_list=issue_day_list(actor, handover))
    return HandoverResult(HandoverOutcome.DONE, handover.pk)
