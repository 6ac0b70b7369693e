"""延期: let a card be valid longer."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.queries import policies_now
from onecard.cards.standing import judge, locked, put
from onecard.cards.types import CardKind, CardOutcome, Step
from onecard.kernel import clock


@action("cards.extend_card")
def extend_card(actor: Actor, card_no: int, *, until: date, requested_by: str = "") -> CardOutcome:
    """Move the card's last day to `until`; an expired card is active again. Card.DoesNotExist for an unknown number.

    Refused for a day that is not later, is past, or is further away than the kind allows, and for a kind that a unit has to ask
    for when none does (`requested_by`).
    """
    card = locked(card_no)
    outcome = judge(Step.EXTEND, card)
    if outcome is not CardOutcome.DONE:
        return outcome
    of_kind = rules.kind_rules(CardKind(card.kind), policies_now())
    outcome = rules.judge_extension(of_kind, expires_on=card.expires_on, until=until, unit=requested_by, today=clock.today())
    if outcome is CardOutcome.DONE:
        put(actor, card, Step.EXTEND, expires_on=until, note=requested_by.strip())
    return outcome
