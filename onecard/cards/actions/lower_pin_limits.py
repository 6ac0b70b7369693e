"""Lower what a card may spend without its PIN, as its holder wishes."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import pins
from onecard.cards.standing import locked
from onecard.cards.types import PinOutcome
from onecard.policies import queries as policies


@action("cards.lower_pin_limits")
def lower_pin_limits(actor: Actor, card_no: int, *, single_fen: int, day_fen: int) -> PinOutcome:
    """From now on the PIN is asked above these amounts, at once and in a day; only lower ones than now are taken.

    Card.DoesNotExist for an unknown number.
    """
    card = locked(card_no)
    if card.stage not in pins.WITH_PIN or not card.pin_hash:
        return PinOutcome.REFUSED_CARD
    single_now_fen = policies.fen("purchases.pin_single_limit_fen") if card.pin_single_fen is None else card.pin_single_fen
    day_now_fen = policies.fen("purchases.pin_day_limit_fen") if card.pin_day_fen is None else card.pin_day_fen
    outcome = pins.judge_limits(single_fen=single_fen, day_fen=day_fen, single_now_fen=single_now_fen, day_now_fen=day_now_fen)
    if outcome is PinOutcome.DONE:
        card.pin_single_fen, card.pin_day_fen = single_fen, day_fen
        card.save(update_fields=["pin_single_fen", "pin_day_fen"])
    return outcome
