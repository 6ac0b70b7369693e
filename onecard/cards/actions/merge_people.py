"""合并: two records of one human become one (decision 30)."""

from __future__ import annotations

import enum

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.types import CardState
from onecard.people.actions.lock_people import lock_people
from onecard.people.actions.merge_records import merge_records
from onecard.people.models import Person
from onecard.people.types import PersonState


class MergeOutcome(enum.Enum):
    """What became of a merge, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_UNKNOWN = "no such person"
    REFUSED_SAME = "the same record"
    REFUSED_MERGED = "one of them is merged already"
    REFUSED_HAS_CARD = "the record that goes has a card in use"


@approved(
    "cards.merge_people",
    title=_("Merge two records of one person"),
    words={
        "into": _("number of the record that stays"),
        "because": _("why they are one person"),
        "REFUSED_UNKNOWN": _("Nobody has the number of the record that should stay."),
        "REFUSED_SAME": _("These are not two records."),
        "REFUSED_MERGED": _("One of the records is merged into another already."),
        "REFUSED_HAS_CARD": _("The record that goes still has a card: cancel it, or merge the other way round."),
    },
    read_subject=int,
    about="people.person",
)
def merge_people(actor: Actor, duplicate_id: int, *, into: str, because: str) -> MergeOutcome:
    """Let the record `duplicate_id` lead to that of the number `into`: cancelled cards move, both purses' money moves.

    Refused while the record that goes has a card that is not cancelled: what such a card buys at this very moment would be judged
    by the other purse half-way. What a cancelled card bought offline and arrives later is booked to the record that stays.
    """
    lock_people()
    duplicate = Person.objects.select_for_update().filter(pk=duplicate_id).first()
    survivor = Person.objects.select_for_update().filter(person_no=into.strip()).first()
    if duplicate is None or survivor is None:
        return MergeOutcome.REFUSED_UNKNOWN
    if duplicate.pk == survivor.pk:
        return MergeOutcome.REFUSED_SAME
    if duplicate.merged_into_id == survivor.pk:
        return MergeOutcome.REPEATED
    if PersonState.MERGED in (duplicate.state, survivor.state):
        return MergeOutcome.REFUSED_MERGED
    cards = Card.objects.select_for_update().filter(person=duplicate)
    if any(card.state != CardState.CANCELLED for card in cards):
        return MergeOutcome.REFUSED_HAS_CARD
    merge_records(actor, duplicate, survivor=survivor, reason=because)
    Card.objects.filter(person=duplicate).update(person=survivor)
    return MergeOutcome.DONE
