"""Issue many cards at once, active from the start (BUSINESS: batch issue for freshmen; also imports)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardState
from onecard.kernel import clock

MAX_CARDS = 1_000


@action("cards.issue_card_batch", subject=lambda wanted: f"{len(wanted)} cards")
def issue_card_batch(actor: Actor, wanted: Sequence[tuple[int, int]], *, expires_on: date | None = None) -> list[int]:
    """Issue an active formal card for each (card_no, person_id) and return the numbers issued; at most MAX_CARDS at once.

    Left out, so that the same call again changes nothing: a number that is taken, and a person who holds a formal card.
    """
    if len(wanted) > MAX_CARDS or len({number for number, _ in wanted}) < len(wanted):
        raise ValueError(f"at most {MAX_CARDS} cards a call, each number once; {len(wanted)} given")
    people = [person_id for _, person_id in wanted]
    taken = set(Card.objects.filter(card_no__in=[number for number, _ in wanted]).values_list("card_no", flat=True))
    held = Card.objects.filter(person_id__in=people, kind=CardKind.FORMAL).exclude(state=CardState.CANCELLED)
    holders = set(held.values_list("person_id", flat=True))
    free = [(number, person_id) for number, person_id in wanted if number not in taken and person_id not in holders]
    issue_cards(actor, free, at=clock.now(), expires_on=expires_on, activate=True)
    return [number for number, _ in free]
