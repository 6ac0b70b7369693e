"""入库: a box of blank cards from the maker comes into the stock book."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import CardBox
from onecard.cards.stock import MAKING_BLANKS, move
from onecard.cards.types import Movement, StockOutcome
from onecard.kernel import clock


@action("cards.receive_box")
def receive_box(
    actor: Actor, box_no: str, *, count: int, first_no: int | None = None, last_no: int | None = None, supplier: str = ""
) -> StockOutcome:
    """Book the box's blank cards in at the card-making centre. The same box again is REPEATED, with another content refused.

    Refused when the range of factory numbers, if there is one, has not `count` numbers.
    """
    if (first_no is None) is not (last_no is None) or (first_no and last_no and last_no - first_no + 1 != count) or count < 1:
        return StockOutcome.REFUSED_NUMBERS
    content = {"count": count, "first_no": first_no, "last_no": last_no, "supplier": supplier}
    made = {**content, "received_by": actor.name, "received_at": clock.now()}
    box, is_new = CardBox.objects.get_or_create(box_no=box_no, defaults=made)
    if not is_new:
        is_same = (box.count, box.first_no, box.last_no) == (count, first_no, last_no)
        return StockOutcome.REPEATED if is_same else StockOutcome.REFUSED_BOX_TAKEN
    move(actor, Movement.RECEIVED, to=MAKING_BLANKS, count=count, box=box)
    return StockOutcome.DONE
