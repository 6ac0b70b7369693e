"""Unblock a card's PIN: its holder was seen in person and still knows it."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.pins import WITH_PIN
from onecard.cards.standing import locked
from onecard.cards.types import PinOutcome


@action("cards.unblock_pin")
def unblock_pin(actor: Actor, card_no: int, *, seen: str) -> PinOutcome:
    """Let the PIN be tried again; `seen` says with which document the holder was seen.

    Card.DoesNotExist for an unknown number.
    """
    card = locked(card_no)
    if card.stage not in WITH_PIN or not card.pin_hash:
        return PinOutcome.REFUSED_CARD
    if card.pin_blocked_at is None:
        return PinOutcome.REPEATED
    card.pin_wrong_tries, card.pin_wrong_record, card.pin_blocked_at = 0, "", None
    card.save(update_fields=["pin_wrong_tries", "pin_wrong_record", "pin_blocked_at"])
    return PinOutcome.DONE
