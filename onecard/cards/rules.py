"""Which action is possible in which state of a card: pure decisions, tested as a table."""

from __future__ import annotations

from onecard.cards.types import CardOutcome, CardState


def may_activate(state: CardState) -> CardOutcome:
    """An issued card is activated once, when its holder takes it."""
    if state is CardState.ACTIVE:
        return CardOutcome.REPEATED
    return CardOutcome.DONE if state is CardState.ISSUED else _refusal(state, CardOutcome.REFUSED_NOT_ISSUED)


def may_report_loss(state: CardState) -> CardOutcome:
    """Any card that is not cancelled can be reported lost, a frozen one too; the second report changes nothing (clause S06)."""
    if state is CardState.LOST:
        return CardOutcome.REPEATED
    return CardOutcome.REFUSED_CANCELLED if state is CardState.CANCELLED else CardOutcome.DONE


def may_withdraw_loss_report(state: CardState) -> CardOutcome:
    """解挂: only a lost card is found again."""
    if state is CardState.ACTIVE:
        return CardOutcome.REPEATED
    return CardOutcome.DONE if state is CardState.LOST else _refusal(state, CardOutcome.REFUSED_NOT_LOST)


def may_freeze(state: CardState) -> CardOutcome:
    """An active card can be frozen."""
    if state is CardState.FROZEN:
        return CardOutcome.REPEATED
    return CardOutcome.DONE if state is CardState.ACTIVE else _refusal(state, CardOutcome.REFUSED_NOT_ACTIVE)


def may_unfreeze(state: CardState) -> CardOutcome:
    """A frozen card can be used again."""
    if state is CardState.ACTIVE:
        return CardOutcome.REPEATED
    return CardOutcome.DONE if state is CardState.FROZEN else _refusal(state, CardOutcome.REFUSED_NOT_FROZEN)


def may_replace(state: CardState) -> CardOutcome:
    """补办: a lost card is replaced; the money stays on the person's accounts."""
    return CardOutcome.DONE if state is CardState.LOST else _refusal(state, CardOutcome.REFUSED_NOT_LOST)


def may_cancel(state: CardState) -> CardOutcome:
    """注销: every card can be cancelled, once."""
    return CardOutcome.REPEATED if state is CardState.CANCELLED else CardOutcome.DONE


def _refusal(state: CardState, otherwise: CardOutcome) -> CardOutcome:
    return CardOutcome.REFUSED_CANCELLED if state is CardState.CANCELLED else otherwise
