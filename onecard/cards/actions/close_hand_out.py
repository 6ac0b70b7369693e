"""Close a batch (BUSINESS: freshmen who never came): what nobody fetched is scrapped, and it is written whose it was."""

from __future__ import annotations

import dataclasses
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.cards.models import Card, HandOut
from onecard.cards.papers import NEVER_CAME
from onecard.cards.queries import desk_counts, left_over_cards
from onecard.cards.standing import list_cards, write_steps
from onecard.cards.stock import move_cards
from onecard.cards.types import CardState, Condition, DeskOutcome, LeftOver, Medium, Movement, PileKey, Place, Step
from onecard.cards.words import DESK_SAYS
from onecard.kernel import clock
from onecard.papers.actions.issue_paper import issue_paper


@dataclasses.dataclass(frozen=True, slots=True)
class Closed:
    """What became of it, and how many cards were left over."""

    outcome: DeskOutcome
    left_over: int = 0


@approved(
    "cards.close_hand_out",
    title=_("Close a batch to hand out"),
    words={"left_over": _("cards left over"), "note": _("note"), **{outcome.name: words for outcome, words in DESK_SAYS.items()}},
    read_subject=int,
    about="cards.handout",
)
def close_hand_out(actor: Actor, hand_out_id: int, *, left_over: int, note: str = "") -> Closed:
    """End the batch on its day or later; before it a note has to say why. Everything happens in one transaction, or nothing.

    `left_over` is the count that was approved; another one is refused. The numbered list of who never came (未到新生名单) is
    issued. The people and their purses stay: leavers in batch settles those. HandOut.DoesNotExist for an unknown batch.
    """
    batch = HandOut.objects.select_for_update().get(pk=hand_out_id)
    waiting = Card.objects.select_for_update(no_key=True, of=("self",)).filter(hand_out__hand_out=batch, medium=Medium.MADE)
    cards = list(waiting.order_by("pk"))
    outcome = _judge(batch, count=len(cards), approved_count=left_over, note=note)
    if outcome is not DeskOutcome.DONE:
        return Closed(outcome)
    content = _content(batch)
    _scrap_all(actor, cards, note=batch.title)
    batch.closed_by, batch.closed_at = actor.name, clock.now()
    batch.save(update_fields=["closed_by", "closed_at"])
    issue_paper(actor, NEVER_CAME, subject=str(batch.pk), content=content)
    return Closed(DeskOutcome.DONE, len(cards))


def _judge(batch: HandOut, *, count: int, approved_count: int, note: str) -> DeskOutcome:
    """The first that applies is the answer."""
    in_order = (
        (batch.closed_at is not None, DeskOutcome.REPEATED),
        (clock.today() < batch.closes_on and not note.strip(), DeskOutcome.REFUSED_NOT_YET),
        (count != approved_count, DeskOutcome.REFUSED_OTHER_COUNT),
    )
    return next((outcome for applies, outcome in in_order if applies), DeskOutcome.DONE)


def _content(batch: HandOut) -> dict[str, object]:
    """What the numbered paper says: made = handed out + left over, and of each card left over whose it was."""
    counts, waiting = desk_counts(batch.pk), left_over_cards(batch.pk)
    head = {
        "batch": str(batch),
        "closes_on": batch.closes_on,
        "made": sum(one.made for one in counts),
        "handed_out": sum(one.handed_out for one in counts),
        "left_over": len(waiting),
    }
    return {"head": head, "tables": {"people": [_line(one) for one in waiting]}}


def _line(one: LeftOver) -> dict[str, object]:
    found = "has_another" if one.has_another else "never_came"
    return {
        "person_no": one.person_no,
        "full_name": one.full_name,
        "unit": one.unit,
        "card_no": str(one.card_no),
        "found": found,
    }


def _scrap_all(actor: Actor, cards: list[Card], *, note: str) -> None:
    if not cards:
        return
    target, now = PileKey(Place.SCRAPPED, Condition.PERSONALISED), clock.now()
    for _pile, group in groupby(sorted(cards, key=lambda card: card.pile_id or 0), key=lambda card: card.pile_id):
        move_cards(actor, list(group), Movement.SCRAPPED, to=target, note=note)
    for card in cards:
        card.state, card.cancelled_at, card.medium = CardState.CANCELLED, now, Medium.SCRAPPED
    list_cards({card.card_no: CardState.CANCELLED for card in cards}, at=now)
    Card.objects.bulk_update(cards, ["state", "cancelled_at", "medium"], batch_size=1_000)
    write_steps(actor, cards, Step.SCRAP, note=note)
