"""接收: somebody else counts what came with a slip and confirms it (clause P4-7)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, StockSlip
from onecard.cards.papers import SLIP
from onecard.cards.stock import move, move_cards
from onecard.cards.types import Condition, Movement, PileKey, Place, SlipState, StockOutcome
from onecard.kernel import clock
from onecard.papers.actions.issue_paper import issue_paper


@action("cards.receive_slip")
def receive_slip(actor: Actor, slip_id: int, *, count: int) -> StockOutcome:
    """Take the cards over and issue the numbered slip.

    Refused by who sent them, and when not as many were counted as the slip says: then refuse the slip.

    StockSlip.DoesNotExist for an unknown slip.
    """
    slip = StockSlip.objects.select_for_update().get(pk=slip_id)
    if slip.state == SlipState.RECEIVED:
        return StockOutcome.REPEATED
    refused = undecidable(slip, actor)
    if refused is not None:
        return refused
    if count != slip.count:
        return StockOutcome.REFUSED_COUNT
    decide(actor, slip, state=SlipState.RECEIVED, note="")
    issue_paper(actor, SLIP, subject=str(slip.pk), content=_content(slip))
    return StockOutcome.DONE


def _content(slip: StockSlip) -> dict[str, object]:
    """What the numbered paper says: both people, and each card that has a number."""
    head = {
        "slip": str(slip),
        "from_place": slip.from_place,
        "to_place": slip.to_place,
        "condition": slip.condition,
        "count": slip.count,
        "sent_by": slip.sent_by,
        "sent_at": slip.sent_at,
        "received_by": slip.decided_by,
    }
    return {"head": head, "tables": {"cards": [{"card_no": str(number)} for number in slip.card_nos]}}


def undecidable(slip: StockSlip, actor: Actor) -> StockOutcome | None:
    """Why this person cannot decide on the slip; None when they can."""
    if slip.state != SlipState.SENT:
        return StockOutcome.REFUSED_DECIDED
    return StockOutcome.REFUSED_OWN if slip.sent_by == actor.name else None


def decide(actor: Actor, slip: StockSlip, *, state: SlipState, note: str) -> None:
    """Write the decision and move the cards on, or back where they came from."""
    is_taken, condition = state is SlipState.RECEIVED, Condition(slip.condition)
    target = PileKey(Place(slip.to_place if is_taken else slip.from_place), condition)
    reason = Movement.HANDED_OVER if is_taken else Movement.SENT_BACK
    cards = list(Card.objects.select_for_update(no_key=True).filter(card_no__in=slip.card_nos).order_by("pk"))
    if cards:
        move_cards(actor, cards, reason, to=target, slip=slip)
    else:
        move(actor, reason, source=PileKey(Place.ON_THE_WAY, condition), to=target, count=slip.count, slip=slip)
    slip.state, slip.decided_by, slip.decided_at, slip.note = state, actor.name, clock.now(), note
    slip.save(update_fields=["state", "decided_by", "decided_at", "note"])
