"""Set a card's PIN: its holder stands at the counter, was seen with a document, and keys it."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.pins import WITH_PIN, judge_pin
from onecard.cards.standing import locked
from onecard.cards.types import PinOutcome
from onecard.people.queries import birth_date_of


@action("cards.set_pin")
def set_pin(actor: Actor, card_no: int, *, pin: str) -> PinOutcome:
    """Give the card this PIN; a block ends with it, for the holder was seen. Refusals: pins.judge_pin.

    Card.DoesNotExist for an unknown number.
    """
    card = locked(card_no)
    if card.stage not in WITH_PIN:
        return PinOutcome.REFUSED_CARD
    outcome = judge_pin(pin, person_no=card.person.person_no, born_on=birth_date_of(card.person_id))
    if outcome is PinOutcome.DONE:
        keep_pin(card, pin)
    return outcome


def keep_pin(card: Card, pin: str) -> None:
    """Write the PIN's hash and begin to count anew."""
    card.pin_hash, card.pin_wrong_tries, card.pin_wrong_record, card.pin_blocked_at = make_password(pin), 0, "", None
    card.save(update_fields=["pin_hash", "pin_wrong_tries", "pin_wrong_record", "pin_blocked_at"])
