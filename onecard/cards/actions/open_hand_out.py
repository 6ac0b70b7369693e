"""批量发卡: put made cards into a batch that desks hand out (BUSINESS: freshmen in batch)."""

from __future__ import annotations

import dataclasses
from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.models import Card, HandOut, HandOutCard, JobCard
from onecard.cards.types import CardState, DeskOutcome, Medium
from onecard.kernel import clock
from onecard.policies import queries as policies


@dataclasses.dataclass(frozen=True, slots=True)
class Opened:
    """What became of it: the batch and how many cards are in it."""

    outcome: DeskOutcome
    hand_out_id: int | None = None
    cards: int = 0


@action("cards.open_hand_out")
def open_hand_out(actor: Actor, title: str, *, job_id: int) -> Opened:
    """Make a batch of all made cards of a card job that are in no batch yet. It closes on the policy's day (30 November)."""
    numbers = list(JobCard.objects.filter(job_id=job_id).values_list("card_no", flat=True))
    cards = Card.objects.select_for_update(no_key=True, of=("self",)).filter(
        card_no__in=numbers, medium=Medium.MADE, hand_out=None
    )
    ready = list(cards.exclude(state=CardState.CANCELLED).order_by("pk"))
    if not ready:
        return Opened(DeskOutcome.REFUSED_NOT_IN_BATCH)
    batch = HandOut.objects.create(title=title, closes_on=_closing_day(), opened_by=actor.name, opened_at=clock.now())
    HandOutCard.objects.bulk_create([HandOutCard(hand_out=batch, card=card) for card in ready], batch_size=1_000)
    return Opened(DeskOutcome.DONE, batch.pk, cards=len(ready))


def _closing_day() -> date:
    """The next day of the year on which freshmen who never came are closed."""
    today = clock.today()
    month, day = policies.month_day("people.freshmen_closed_on")
    this_year = today.replace(month=month, day=day)
    return this_year if this_year > today else this_year.replace(year=today.year + 1)
