"""A card's standing: the one place where its state changes, and with it the blacklist and the card's history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from onecard.access.types import Actor
from onecard.cards import rules
from onecard.cards.models import Card, CardStep
from onecard.cards.types import LISTED_STATES, CardKind, CardOutcome, CardState, Step
from onecard.kernel import clock, sql

MOST_OF_A_NAME = 150
MOST_OF_A_NOTE = 200


def locked(card_no: int) -> Card:
    """The card, locked until the transaction ends; Card.DoesNotExist for an unknown number."""
    return Card.objects.select_for_update(no_key=True).get(card_no=card_no)


def judge(step: Step, card: Card) -> CardOutcome:
    """Whether the step is possible with the card now."""
    return rules.judge_step(step, card.stage, kind=CardKind(card.kind))


def put(actor: Actor, card: Card, step: Step, state: CardState | None = None, *, note: str = "", **fields: object) -> None:
    """Bring the card into this state (None: it stays), with other fields of it, and save; the caller holds its row.

    A move into, out of or between the listed states is a change of the blacklist, and a loss keeps the version that it got. The
    step goes into the card's history.
    """
    if state is not None and LISTED_STATES & {CardState(card.state), state} and state != card.state:
        version = list_cards({card.card_no: state}, at=clock.now())
        if state is CardState.LOST:
            fields["loss_version"] = version
    if state is not None:
        fields["state"] = state
    for name, value in fields.items():
        setattr(card, name, value)
    card.save(update_fields=list(fields))
    write_steps(actor, [card], step, note=note)


def write_steps(actor: Actor, cards: Iterable[Card], step: Step, *, note: str = "") -> None:
    """Add the step to the history of these cards, with the stage in which each is now."""
    now, name = clock.now(), actor.name[:MOST_OF_A_NAME]
    CardStep.objects.bulk_create(
        [CardStep(card=card, step=step, stage=card.stage, at=now, by=name, note=note[:MOST_OF_A_NOTE]) for card in cards],
        batch_size=1_000,
    )


def list_cards(states: Mapping[int, CardState], *, at: datetime) -> int:
    """Write on the blacklist what follows from these cards' new states, by card number, in one call; the newest version.

    Versions follow the order given; a card whose listing stays as it was gets none. Others who change the list wait until commit.
    """
    arguments = [
        sql.int_array(states),
        [state in LISTED_STATES for state in states.values()],
        sql.int_array(states.values()),
        at,
    ]
    [row] = sql.call("select cards_list_v1(%t::bigint[], %b::boolean[], %t::smallint[], %b::timestamptz)", arguments)
    return int(row[0])
