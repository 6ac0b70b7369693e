"""检验: somebody holds the made card in hand, reads it, and it becomes a card in stock."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.cards.actions.begin_encoding import mark
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.models import JobCard
from onecard.cards.stock import MAKING_BLANKS, MAKING_PERSONALISED, move
from onecard.cards.types import JobOutcome, JobState, Medium, Movement, Step
from onecard.kernel import clock


@action("cards.check_made_card")
def check_made_card(actor: Actor, card_no: int) -> JobOutcome:
    """The card that was read is as it should be: it is made, and counts as personalised. JobCard.DoesNotExist for an unknown one.

    Refused before it was printed, and for a spoiled one: that number is never used.
    """
    item = JobCard.objects.select_for_update(of=("self",)).select_related("job").get(card_no=card_no)
    if item.state == JobState.CHECKED:
        return JobOutcome.REPEATED
    if item.state == JobState.SPOILED:
        return JobOutcome.REFUSED_OVER
    if item.state != JobState.PRINTED:
        return JobOutcome.REFUSED_NOT_YET
    pile = move(actor, Movement.PERSONALISED, source=MAKING_BLANKS, to=MAKING_PERSONALISED, count=1)
    if pile is None:
        return JobOutcome.REFUSED_NO_STOCK
    mark(actor, item, JobState.CHECKED)
    wanted = [(card_no, item.person_id)]
    issue_cards(
        actor,
        wanted,
        at=clock.now(),
        step=Step.MAKE,
        expires_on=item.job.expires_on,
        kind=item.job.kind,
        medium=Medium.MADE,
        pile=pile,
    )
    return JobOutcome.DONE
