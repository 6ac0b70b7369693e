"""Whether a PIN that was keyed at a terminal is the card's, counting wrong tries (BUSINESS: 3 wrong tries block it).

Not an action of a person: the gateway asks for a terminal. That a PIN was blocked is on the card and in its history.
"""

from __future__ import annotations

from django.contrib.auth.hashers import check_password
from django.db import transaction

from onecard.cards.models import Card
from onecard.kernel import clock
from onecard.policies import queries as policies


def check_pin(card_no: int, pin: str, *, record: str) -> bool:
    """Whether it is the card's PIN; never for an unknown card, one without a PIN, or one whose PIN is blocked.

    `record` names the terminal's record that carries the PIN: a record that comes again is no new try. The card's row is held
    while the PIN is hashed (slow on purpose, Argon2), so tries at many terminals at once are counted one after the other.
    """
    with transaction.atomic():
        card = Card.objects.select_for_update(no_key=True).filter(card_no=card_no).exclude(pin_hash="").first()
        if card is None or card.pin_blocked_at is not None or card.pin_wrong_record == record:
            return False
        is_right = check_password(pin, card.pin_hash)
        if not is_right:
            count_wrong(card, record=record)
        elif card.pin_wrong_tries:
            card.pin_wrong_tries, card.pin_wrong_record = 0, ""
            card.save(update_fields=["pin_wrong_tries", "pin_wrong_record"])
        return is_right


def count_wrong(card: Card, *, record: str) -> None:
    """Count a wrong try of the locked card; the last one blocks."""
    card.pin_wrong_tries, card.pin_wrong_record = card.pin_wrong_tries + 1, record
    if card.pin_wrong_tries >= policies.count("cards.pin_tries"):
        card.pin_blocked_at = clock.now()
    card.save(update_fields=["pin_wrong_tries", "pin_wrong_record", "pin_blocked_at"])
