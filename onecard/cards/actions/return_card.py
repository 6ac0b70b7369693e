"""回收: a card comes back from its holder and ends (clause P4-4.3); the deposit goes back."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.charges import give_deposit_back
from onecard.cards.standing import judge, locked, put
from onecard.cards.stock import move_cards
from onecard.cards.types import CardOutcome, CardState, Condition, Medium, Movement, PaidBy, PileKey, Place, Step
from onecard.kernel import clock


@action("cards.return_card")
def return_card(actor: Actor, card_no: int, *, note: str = "") -> CardOutcome:
    """Take the card back, cancel it, and give a deposit back the way it was paid. Card.DoesNotExist for an unknown number.

    A deposit from the purse goes back there through the ledger; one paid in cash is the counter's to pay out. The purses stay.
    """
    card = locked(card_no)
    outcome = judge(Step.RETURN, card)
    if outcome is not CardOutcome.DONE:
        return outcome
    now = clock.now()
    if card.deposit_paid_by == PaidBy.PURSE and card.deposit_returned_at is None:
        give_deposit_back(card)
    move_cards(actor, [card], Movement.RETURNED, to=PileKey(Place.SETTLEMENT, Condition.RETURNED))
    fields: dict[str, object] = {"medium": Medium.RETURNED, "cancelled_at": card.cancelled_at or now}
    if card.deposit_fen:
        fields["deposit_returned_at"] = card.deposit_returned_at or now
    put(actor, card, Step.RETURN, CardState.CANCELLED, note=note, **fields)
    return outcome
