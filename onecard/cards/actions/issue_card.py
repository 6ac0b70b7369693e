"""发行: issue a card to a person (clause M03, N3-3.1)."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardOutcome, CardState
from onecard.kernel import clock


@action("cards.issue_card")
def issue_card(
    actor: Actor,
    card_no: int,
    *,
    person_id: int,
    kind: CardKind = CardKind.FORMAL,
    expires_on: date | None = None,
) -> CardOutcome:
    """Issue the card, not yet active. Refused when the number is taken, or when the person holds a formal card already."""
    if Card.objects.filter(card_no=card_no).exists():
        return CardOutcome.REFUSED_NUMBER_TAKEN
    held = Card.objects.filter(person_id=person_id, kind=CardKind.FORMAL).exclude(state=CardState.CANCELLED)
    if kind is CardKind.FORMAL and held.exists():
        return CardOutcome.REFUSED_HAS_CARD
    issue_cards([(card_no, person_id)], at=clock.now(), kind=kind, expires_on=expires_on)
    return CardOutcome.DONE
