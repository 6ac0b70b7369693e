"""Change a card's PIN with the old one."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.check_pin import count_wrong
from onecard.cards.actions.set_pin import keep_pin
from onecard.cards.pins import WITH_PIN, judge_pin
from onecard.cards.standing import locked
from onecard.cards.types import PinOutcome
from onecard.people.queries import birth_date_of


@action("cards.change_pin")
def change_pin(actor: Actor, card_no: int, *, old: str, new: str) -> PinOutcome:
    """Take `new` for `old`; a wrong old PIN counts as a wrong try. Refusals of the new one: pins.judge_pin.

    Card.DoesNotExist for an unknown number.
    """
    card = locked(card_no)
    if card.stage not in WITH_PIN or not card.pin_hash:
        return PinOutcome.REFUSED_CARD
    if card.pin_blocked_at is not None:
        return PinOutcome.REFUSED_BLOCKED
    if not check_password(old, card.pin_hash):
        count_wrong(card, record="")
        return PinOutcome.REFUSED_WRONG
    outcome = judge_pin(new, person_no=card.person.person_no, born_on=birth_date_of(card.person_id))
    if outcome is PinOutcome.DONE:
        keep_pin(card, new)
    return outcome
