"""The life of a card as one table, what each kind may, the checksum of a blacklist: pure decisions, tested as tables."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import operator
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from onecard.cards.types import CardKind, CardOutcome, CardPolicies, CardStage, CardState, Medium, Step

LONGEST_VALIDITY = timedelta(days=10 * 366)
"""No card is valid for longer than this from today: what is typed beyond it is a slip of the keyboard."""

_D, _R = CardOutcome.DONE, CardOutcome.REPEATED
_NOT_MADE, _NOT_ISSUED, _NOT_ACTIVE = CardOutcome.REFUSED_NOT_MADE, CardOutcome.REFUSED_NOT_ISSUED, CardOutcome.REFUSED_NOT_ACTIVE
_NOT_LOST, _NOT_FROZEN, _NOT_BACK = CardOutcome.REFUSED_NOT_LOST, CardOutcome.REFUSED_NOT_FROZEN, CardOutcome.REFUSED_NOT_RETURNED
_LOST, _FROZEN, _EXPIRED = CardOutcome.REFUSED_LOST, CardOutcome.REFUSED_FROZEN, CardOutcome.REFUSED_EXPIRED
_GONE, _SCRAPPED = CardOutcome.REFUSED_CANCELLED, CardOutcome.REFUSED_SCRAPPED

# fmt: off
_TABLE: Mapping[Step, tuple[CardOutcome, ...]] = {
    # stage:            made         issued       active       lost         frozen       expired      cancelled returned scrapped
    Step.HAND_OUT:      (_D,          _NOT_MADE,   _R,          _NOT_MADE,   _NOT_MADE,   _NOT_MADE,   _GONE,  _GONE, _SCRAPPED),
    Step.ACTIVATE:      (_NOT_ISSUED, _D,          _R,          _NOT_ISSUED, _NOT_ISSUED, _EXPIRED,    _GONE,  _GONE, _SCRAPPED),
    Step.REPORT_LOSS:   (_NOT_ISSUED, _D,          _D,          _R,          _D,          _D,          _GONE,  _GONE, _SCRAPPED),
    Step.WITHDRAW_LOSS: (_NOT_LOST,   _NOT_LOST,   _R,          _D,          _NOT_LOST,   _NOT_LOST,   _GONE,  _GONE, _SCRAPPED),
    Step.FREEZE:        (_NOT_ACTIVE, _NOT_ACTIVE, _D,          _NOT_ACTIVE, _R,          _D,          _GONE,  _GONE, _SCRAPPED),
    Step.UNFREEZE:      (_NOT_FROZEN, _NOT_FROZEN, _R,          _NOT_FROZEN, _D,          _NOT_FROZEN, _GONE,  _GONE, _SCRAPPED),
    Step.REPLACE:       (_NOT_LOST,   _NOT_LOST,   _NOT_LOST,   _D,          _NOT_LOST,   _NOT_LOST,   _GONE,  _GONE, _SCRAPPED),
    Step.EXTEND:        (_NOT_ISSUED, _D,          _D,          _LOST,       _FROZEN,     _D,          _GONE,  _GONE, _SCRAPPED),
    Step.RETURN:        (_NOT_ISSUED, _D,          _D,          _LOST,       _D,          _D,          _D,     _R,    _SCRAPPED),
    Step.SCRAP:         (_D,          _NOT_BACK,   _NOT_BACK,   _NOT_BACK,   _NOT_BACK,   _NOT_BACK,   _NOT_BACK, _D, _R),
    Step.CANCEL:        (_NOT_ISSUED, _D,          _D,          _D,          _D,          _D,          _R,     _R,    _R),
}
# fmt: on
LIFE: Mapping[Step, Mapping[CardStage, CardOutcome]] = {
    step: dict(zip(CardStage, row, strict=True)) for step, row in _TABLE.items()
}
"""The whole life of a card: what becomes of each step in each stage (clauses M3, P4-4)."""


def stage_of(state: CardState, medium: Medium, *, expires_on: date | None, today: date) -> CardStage:
    """The stage that a card is in. Only an active card expires: lost, frozen and cancelled ones are that first."""
    if medium in _PLACES:
        return _PLACES[medium]
    if state is CardState.ACTIVE and expires_on is not None and expires_on < today:
        return CardStage.EXPIRED
    return _STAGES[state]


_PLACES = {Medium.MADE: CardStage.MADE, Medium.RETURNED: CardStage.RETURNED, Medium.SCRAPPED: CardStage.SCRAPPED}
_STAGES = {
    CardState.ISSUED: CardStage.ISSUED,
    CardState.ACTIVE: CardStage.ACTIVE,
    CardState.LOST: CardStage.LOST,
    CardState.FROZEN: CardStage.FROZEN,
    CardState.CANCELLED: CardStage.CANCELLED,
}


@dataclasses.dataclass(frozen=True, slots=True)
class KindRules:
    """What holds for a kind of card (BUSINESS: Cards and people).

    `most_per_person`: how many that are not cancelled one person may have. `days`: how long it is valid when no date is given,
    and the longest it may be given or extended by; None for no bound of its own. `never`: steps that this kind does not take.
    """

    most_per_person: int = 1
    days: int | None = None
    deposit_fen: int = 0
    needs_unit: bool = False
    never: frozenset[Step] = frozenset()


def kind_rules(kind: CardKind, policies: CardPolicies = CardPolicies()) -> KindRules:  # noqa: B008 - frozen
    """The rules of this kind under these policies."""
    return {
        CardKind.FORMAL: KindRules(),
        # A temporary card that is lost ends; its unit asks for another one.
        CardKind.TEMPORARY: KindRules(
            days=policies.temporary_days,
            deposit_fen=policies.temporary_deposit_fen,
            needs_unit=True,
            never=frozenset({Step.REPLACE}),
        ),
        CardKind.FAMILY: KindRules(most_per_person=policies.most_family_cards),
        CardKind.MERCHANT_STAFF: KindRules(needs_unit=True),
        # A test card is no card of a person at all: cards.register_test_card.
        CardKind.TEST: KindRules(most_per_person=0, never=frozenset(Step)),
    }[kind]


def judge_step(step: Step, stage: CardStage, *, kind: CardKind = CardKind.FORMAL) -> CardOutcome:
    """Whether the step is possible: by the table, then by the kind."""
    outcome = LIFE[step][stage]
    return CardOutcome.REFUSED_KIND if outcome is CardOutcome.DONE and step in kind_rules(kind).never else outcome


def judge_issue(rules: KindRules, *, held: int, unit: str, expires_on: date | None, today: date) -> CardOutcome:
    """Whether a card with these rules can be issued to a person who holds `held` of them; the first that applies wins."""
    in_order = (
        (Step.ISSUE in rules.never, CardOutcome.REFUSED_KIND),
        (rules.needs_unit and not unit.strip(), CardOutcome.REFUSED_NO_UNIT),
        (expires_on is not None and expires_on > last_day(rules, today=today), CardOutcome.REFUSED_DATE),
        (held >= rules.most_per_person, CardOutcome.REFUSED_HAS_CARD),
    )
    return next((outcome for applies, outcome in in_order if applies), CardOutcome.DONE)


def last_day(rules: KindRules, *, today: date) -> date:
    """The last day until which a card with these rules may be made valid today."""
    return today + (LONGEST_VALIDITY if rules.days is None else timedelta(days=rules.days))


def expiry_for(rules: KindRules, *, wanted: date | None, today: date) -> date | None:
    """The day on which a new card is valid last: as wanted, else what its kind says; None for no end."""
    return wanted if wanted is not None or rules.days is None else last_day(rules, today=today)


def judge_extension(rules: KindRules, *, expires_on: date | None, until: date, unit: str, today: date) -> CardOutcome:
    """Whether the validity may be moved to `until`: later than it is now, not in the past, within what the kind allows."""
    if until == expires_on:
        return CardOutcome.REPEATED
    if rules.needs_unit and not unit.strip():
        return CardOutcome.REFUSED_NO_UNIT
    is_later = expires_on is None or until > expires_on
    return CardOutcome.DONE if is_later and today <= until <= last_day(rules, today=today) else CardOutcome.REFUSED_DATE


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
