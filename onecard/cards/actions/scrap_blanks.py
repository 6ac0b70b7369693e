"""报废空白卡: blank cards that are no good are destroyed and leave the stock."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.stock import SCRAPPED_BLANKS, move
from onecard.cards.types import Condition, Movement, PileKey, Place, StockOutcome


@action("cards.scrap_blanks")
def scrap_blanks(actor: Actor, place: Place, *, count: int, reason: str) -> StockOutcome:
    """Move `count` blank cards of this centre to the scrapped ones. Refused without a reason, and when there are not so many."""
    if not reason.strip():
        return StockOutcome.REFUSED_NO_NOTE
    if count < 1:
        return StockOutcome.REFUSED_NUMBERS
    source = PileKey(place, Condition.BLANK)
    moved = move(actor, Movement.SCRAPPED, source=source, to=SCRAPPED_BLANKS, count=count, note=reason.strip())
    return StockOutcome.REFUSED_NO_STOCK if moved is None else StockOutcome.DONE
