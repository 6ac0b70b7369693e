"""Give blank cards to a counter desk of the settlement centre, or take back what is left."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.stock import desk_pile, move
from onecard.cards.types import Condition, Movement, PileKey, Place, StockOutcome


@action("cards.give_to_desk")
def give_to_desk(actor: Actor, desk: str, *, count: int) -> StockOutcome:
    """Move `count` blank cards from the settlement centre to the desk; below zero, back. Refused when there are not so many."""
    centre, at_desk = PileKey(Place.SETTLEMENT, Condition.BLANK), desk_pile(desk, Condition.BLANK)
    if count == 0 or not desk.strip():
        return StockOutcome.REFUSED_NUMBERS
    source, target = (centre, at_desk) if count > 0 else (at_desk, centre)
    reason = Movement.TO_DESK if count > 0 else Movement.FROM_DESK
    moved = move(actor, reason, source=source, to=target, count=abs(count))
    return StockOutcome.REFUSED_NO_STOCK if moved is None else StockOutcome.DONE
