"""拒收: what came is not what the slip says; the cards go back in the book, and the sender looks again (clause P4-7)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.receive_slip import decide, undecidable
from onecard.cards.models import StockSlip
from onecard.cards.types import SlipState, StockOutcome


@action("cards.refuse_slip")
def refuse_slip(actor: Actor, slip_id: int, *, note: str) -> StockOutcome:
    """Send the cards back; the note says what was found. StockSlip.DoesNotExist for an unknown slip."""
    slip = StockSlip.objects.select_for_update().get(pk=slip_id)
    if slip.state == SlipState.REFUSED:
        return StockOutcome.REPEATED
    refused = undecidable(slip, actor)
    if refused is not None:
        return refused
    if not note.strip():
        return StockOutcome.REFUSED_NO_NOTE
    decide(actor, slip, state=SlipState.REFUSED, note=note.strip())
    return StockOutcome.DONE
