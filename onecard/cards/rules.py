"""Which action is possible in which state of a card, and the checksum of a blacklist: pure decisions, tested as tables."""

from __future__ import annotations

import functools
import hashlib
import operator
from collections.abc import Iterable

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


def blacklist_term(card_no: int) -> int:
    """What one card adds to a blacklist's checksum: the first 8 bytes of SHA-256 of its number.

    The number goes in as 8 bytes, and the 8 bytes are read, big-endian and signed. The same in `cards_blacklist_term_v1`.
    """
    digest = hashlib.sha256(card_no.to_bytes(8, "big", signed=True)).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def blacklist_checksum(card_nos: Iterable[int]) -> int:
    """The checksum of a set of card numbers: their terms XORed, whatever the order; 0 for the empty set.

    It finds slips (a delta lost, applied twice or to another list); against forgery the transport has to be authenticated.
    """
    return functools.reduce(operator.xor, map(blacklist_term, set(card_nos)), 0)


def _refusal(state: CardState, otherwise: CardOutcome) -> CardOutcome:
    return CardOutcome.REFUSED_CANCELLED if state is CardState.CANCELLED else otherwise
