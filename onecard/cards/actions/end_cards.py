"""Freeze or cancel the cards of many people in one go: the steps that leavers in batch uses.

Not actions of their own: callers hold the transaction and the audit event.
"""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.standing import list_cards, write_steps
from onecard.cards.types import CardState, Medium, Step
from onecard.kernel import clock


def freeze_cards_of(actor: Actor, person_ids: Sequence[int], *, note: str) -> int:
    """Freeze every active card of these people, expired ones too; how many. The rest stays as it is: it buys nothing."""
    cards = _locked(person_ids, states=[CardState.ACTIVE])
    return _bring(actor, cards, CardState.FROZEN, step=Step.FREEZE, note=note)


def cancel_cards_of(actor: Actor, person_ids: Sequence[int], *, note: str) -> int:
    """Cancel every card of these people that is not cancelled, except made ones in stock; how many."""
    open_states = [state for state in CardState if state is not CardState.CANCELLED]
    return _bring(actor, _locked(person_ids, states=open_states), CardState.CANCELLED, step=Step.CANCEL, note=note)


def _locked(person_ids: Sequence[int], *, states: Sequence[CardState]) -> list[Card]:
    found = Card.objects.select_for_update(no_key=True).filter(person_id__in=person_ids, state__in=states)
    return list(found.exclude(medium=Medium.MADE).order_by("pk"))


def _bring(actor: Actor, cards: list[Card], state: CardState, *, step: Step, note: str) -> int:
    if not cards:
        return 0
    now = clock.now()
    for card in cards:
        card.state = state
        card.cancelled_at = now if state is CardState.CANCELLED else None
    list_cards({card.card_no: state for card in cards}, at=now)
    Card.objects.bulk_update(cards, ["state", "cancelled_at"], batch_size=1_000)
    write_steps(actor, cards, step, note=note)
    return len(cards)
