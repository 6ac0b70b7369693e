"""Issue cards in bulk: the step that the counter, freshmen desks and imports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardState


def issue_cards(
    wanted: Sequence[tuple[int, int]],
    *,
    at: datetime,
    kind: CardKind = CardKind.FORMAL,
    expires_on: date | None = None,
    activate: bool = False,
) -> list[Card]:
    """Create a card for each (card_no, person_id); active at once with `activate`. IntegrityError if a number is taken.

    Not an action of its own: callers hold the transaction and the audit event.
    """
    cards = [
        Card(
            card_no=card_no,
            person_id=person_id,
            kind=kind,
            expires_on=expires_on,
            issued_at=at,
            state=CardState.ACTIVE if activate else CardState.ISSUED,
            activated_at=at if activate else None,
        )
        for card_no, person_id in wanted
    ]
    return Card.objects.bulk_create(cards, batch_size=1_000)
