"""Issue cards in bulk: the step that the counter, freshmen desks and imports share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.standing import write_steps
from onecard.cards.types import CardState, Step


def issue_cards(
    actor: Actor,
    wanted: Sequence[tuple[int, int]],
    *,
    at: datetime,
    expires_on: date | None = None,
    activate: bool = False,
    step: Step = Step.ISSUE,
    **fields: Any,
) -> list[Card]:
    """Create a card for each (card_no, person_id); active at once with `activate`. IntegrityError if a number is taken.

    `fields` are further columns, the same for all (kind, pile, …).

    Not an action of its own: callers hold the transaction and the audit event.
    """
    cards = [
        Card(
            card_no=card_no,
            person_id=person_id,
            expires_on=expires_on,
            issued_at=at,
            state=CardState.ACTIVE if activate else CardState.ISSUED,
            activated_at=at if activate else None,
            **fields,
        )
        for card_no, person_id in wanted
    ]
    made = Card.objects.bulk_create(cards, batch_size=1_000)
    write_steps(actor, made, step)
    return made
