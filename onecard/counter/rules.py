"""Pure decisions of the counter: may a booking be made, what does a count come to, may a shift be closed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from onecard.counter.types import (
    DENOMINATIONS_FEN,
    MOST_COUNTS,
    MOST_PIECES,
    CounterOutcome,
    HandoverOutcome,
    HandoverState,
    ShiftOutcome,
    ShiftState,
    Witness,
)
from onecard.policies.rules import is_open
from onecard.policies.types import Window

T = TypeVar("T")


def _first(in_order: Iterable[tuple[bool, T]], *, otherwise: T) -> T:
    return next((outcome for applies, outcome in in_order if applies), otherwise)


@dataclasses.dataclass(frozen=True, slots=True)
class DepositFacts:
    """What a decision on a deposit needs to know; amounts in fen. `is_open` says whether a deposit window is open."""

    has_shift: bool
    person_is_present: bool
    amount_fen: int
    least_fen: int
    most_fen: int
    is_open: bool
    is_excused: bool
    balance_fen: int
    cap_fen: int


def judge_deposit(facts: DepositFacts) -> CounterOutcome:
    """Whether the deposit may be taken (S3.1, S3.2, M3.2)."""
    return _first(
        (
            (not facts.has_shift, CounterOutcome.REFUSED_NO_SHIFT),
            (not facts.person_is_present, CounterOutcome.REFUSED_PERSON_LEFT),
            (not facts.least_fen <= facts.amount_fen <= facts.most_fen, CounterOutcome.REFUSED_AMOUNT),
            (not facts.is_open and not facts.is_excused, CounterOutcome.REFUSED_OUTSIDE_WINDOW),
            (facts.balance_fen + facts.amount_fen > facts.cap_fen, CounterOutcome.REFUSED_ABOVE_CAP),
        ),
        otherwise=CounterOutcome.DONE,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class WithdrawalFacts:
    """What a decision on a withdrawal needs to know; amounts in fen. `paid_today_fen` is what the person got today already."""

    has_shift: bool
    is_allowed: bool
    amount_fen: int
    single_limit_fen: int
    is_identified: bool
    paid_today_fen: int
    day_limit_fen: int
    second_person_fen: int
    is_approved: bool
    balance_fen: int
    drawer_fen: int


def judge_withdrawal(facts: WithdrawalFacts) -> CounterOutcome:
    """Whether the money may be paid out (N3-3.3). What a person has stays theirs when they have left: they may come for it."""
    return _first(
        (
            (not facts.has_shift, CounterOutcome.REFUSED_NO_SHIFT),
            (not facts.is_allowed, CounterOutcome.REFUSED_NOT_ALLOWED),
            (not 0 < facts.amount_fen <= facts.single_limit_fen, CounterOutcome.REFUSED_AMOUNT),
            (not facts.is_identified, CounterOutcome.REFUSED_NOT_IDENTIFIED),
            (facts.paid_today_fen + facts.amount_fen > facts.day_limit_fen, CounterOutcome.REFUSED_DAY_LIMIT),
            (
                facts.amount_fen > facts.second_person_fen and not facts.is_approved,
                CounterOutcome.REFUSED_NEEDS_SECOND_PERSON,
            ),
            (facts.amount_fen > facts.balance_fen, CounterOutcome.REFUSED_INSUFFICIENT),
            (facts.amount_fen > facts.drawer_fen, CounterOutcome.REFUSED_DRAWER_SHORT),
        ),
        otherwise=CounterOutcome.DONE,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class ChargeFacts:
    """What a decision on a card's fee or deposit needs to know; amounts in fen."""

    has_shift: bool
    is_due: bool
    is_paid_out: bool
    amount_fen: int
    drawer_fen: int


def judge_charge(facts: ChargeFacts) -> CounterOutcome:
    """Whether a card's fee or deposit may be taken, or the deposit paid back: while it is due (M3.5, P4-4.3)."""
    return _first(
        (
            (not facts.has_shift, CounterOutcome.REFUSED_NO_SHIFT),
            (not facts.is_due, CounterOutcome.REFUSED_NOT_DUE),
            (facts.is_paid_out and facts.amount_fen > facts.drawer_fen, CounterOutcome.REFUSED_DRAWER_SHORT),
        ),
        otherwise=CounterOutcome.DONE,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class SlipReversalFacts:
    """What a decision on taking a slip back needs to know; amounts in fen.

    A deposit `takes_from_purse` when it is taken back; whatever brought cash `takes_from_drawer`.
    """

    has_shift: bool
    reason: str
    is_own_shift: bool
    is_reversal: bool
    is_reversed: bool
    is_paid_back: bool
    is_late: bool
    takes_from_purse: bool
    takes_from_drawer: bool
    amount_fen: int
    balance_fen: int
    drawer_fen: int


def judge_slip_reversal(facts: SlipReversalFacts) -> CounterOutcome:
    """Whether a slip may be taken back: by its clerk, on the same shift, in time, while the money is there (S3.2)."""
    return _first(
        (
            (not facts.has_shift, CounterOutcome.REFUSED_NO_SHIFT),
            (not facts.reason.strip(), CounterOutcome.REFUSED_NO_REASON),
            (not facts.is_own_shift, CounterOutcome.REFUSED_NOT_OWN_SHIFT),
            (facts.is_reversal, CounterOutcome.REFUSED_IS_REVERSAL),
            (facts.is_reversed, CounterOutcome.REFUSED_REVERSED),
            (facts.is_paid_back, CounterOutcome.REFUSED_PAID_BACK),
            (facts.is_late, CounterOutcome.REFUSED_TOO_LATE),
            (facts.takes_from_purse and facts.balance_fen < facts.amount_fen, CounterOutcome.REFUSED_SPENT),
            (facts.takes_from_drawer and facts.drawer_fen < facts.amount_fen, CounterOutcome.REFUSED_DRAWER_SHORT),
        ),
        otherwise=CounterOutcome.DONE,
    )


def window_began(windows: Iterable[Window], *, now: datetime) -> datetime | None:
    """When the window that is open at this local moment opened; None when none is."""
    began = (
        now.replace(hour=one.opens_at.hour, minute=one.opens_at.minute, second=0, microsecond=0)
        for one in windows
        if is_open((one,), weekday=now.isoweekday(), at=now.time())
    )
    return min(began, default=None)


def count_total(pieces: Mapping[str, int]) -> int | None:
    """What pieces by denomination (fen, as text) come to, in fen; None for what no drawer holds."""
    known = {str(fen): fen for fen in DENOMINATIONS_FEN}
    if not set(pieces) <= set(known) or any(type(n) is not int or not 0 <= n <= MOST_PIECES for n in pieces.values()):
        return None
    return sum(known[text] * number for text, number in pieces.items())


def fewest_pieces(amount_fen: int) -> dict[str, int]:
    """An amount in the fewest notes and coins, by denomination; ValueError when coins below a jiao would be needed."""
    pieces, rest = {}, amount_fen
    for fen in DENOMINATIONS_FEN:
        pieces[str(fen)], rest = divmod(rest, fen)
    if rest:
        raise ValueError(f"{amount_fen} fen are not a whole number of jiao")
    return pieces


def judge_count(
    *, state: ShiftState, is_own: bool, total_fen: int | None, book_fen: int, counts_before: int, explanation: str
) -> ShiftOutcome:
    """What a count means. A first count that differs is counted again; a later one stands, with the clerk's explanation."""
    may_count = state is ShiftState.OPEN or state is ShiftState.COUNTING
    refused = _first(
        (
            (not may_count, ShiftOutcome.REFUSED_STATE),
            (not is_own, ShiftOutcome.REFUSED_NOT_OWN_SHIFT),
            (total_fen is None or counts_before >= MOST_COUNTS, ShiftOutcome.REFUSED_COUNT),
        ),
        otherwise=None,
    )
    if refused is not None or total_fen == book_fen:
        return refused or ShiftOutcome.DONE
    if counts_before == 0:
        return ShiftOutcome.COUNT_AGAIN
    return ShiftOutcome.DIFFERS if explanation.strip() else ShiftOutcome.REFUSED_NO_REASON


@dataclasses.dataclass(frozen=True, slots=True)
class ClosingFacts:
    """What a decision on closing a shift needs to know; amounts in fen."""

    state: ShiftState
    is_own: bool
    difference_fen: int
    tolerance_fen: int
    is_approved: bool
    counted_fen: int
    kept_float_fen: int


def judge_closing(facts: ClosingFacts) -> ShiftOutcome:
    """Whether the shift may be closed: by a second person, and above the tolerance only by an approved explanation (S4.1)."""
    return _first(
        (
            (facts.state is ShiftState.CLOSED, ShiftOutcome.REPEATED),
            (facts.state is not ShiftState.COUNTED, ShiftOutcome.REFUSED_STATE),
            (facts.is_own, ShiftOutcome.REFUSED_OWN_SHIFT),
            (
                abs(facts.difference_fen) > facts.tolerance_fen and not facts.is_approved,
                ShiftOutcome.REFUSED_ABOVE_TOLERANCE,
            ),
            (not 0 <= facts.kept_float_fen <= facts.counted_fen, ShiftOutcome.REFUSED_FLOAT_TOO_HIGH),
        ),
        otherwise=ShiftOutcome.DONE,
    )


def judge_receipt(*, state: HandoverState, is_own: bool, amount_fen: int, counted_fen: int) -> HandoverOutcome:
    """Whether finance may sign for the cash: another person than who handed it over, and to the fen what the list says (S4.2)."""
    return _first(
        (
            (state is HandoverState.RECEIVED, HandoverOutcome.REPEATED),
            (state is not HandoverState.ON_THE_WAY, HandoverOutcome.REFUSED_STATE),
            (is_own, HandoverOutcome.REFUSED_SAME_PERSON),
            (counted_fen != amount_fen, HandoverOutcome.REFUSED_AMOUNT_DIFFERS),
        ),
        otherwise=HandoverOutcome.DONE,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class SafeFacts:
    """What a decision on putting a bag into the safe needs to know; amounts in fen."""

    state: HandoverState
    has_bag: bool
    is_same_person: bool
    witness: Witness
    safe_fen: int
    amount_fen: int
    limit_fen: int


def judge_safekeeping(facts: SafeFacts) -> HandoverOutcome:
    """Whether a day's cash may go into the safe: in a named bag with a seal, before two people, within the limit (S4.3)."""
    return _first(
        (
            (facts.state is HandoverState.IN_SAFE, HandoverOutcome.REPEATED),
            (facts.state is not HandoverState.ON_THE_WAY, HandoverOutcome.REFUSED_STATE),
            (not facts.has_bag, HandoverOutcome.REFUSED_BAG),
            (facts.is_same_person, HandoverOutcome.REFUSED_SAME_PERSON),
            (facts.witness is Witness.WAITS, HandoverOutcome.REFUSED_WITNESS_WAITS),
            (facts.witness is Witness.WRONG, HandoverOutcome.REFUSED_WITNESS),
            (facts.safe_fen + facts.amount_fen > facts.limit_fen, HandoverOutcome.REFUSED_SAFE_LIMIT),
        ),
        otherwise=HandoverOutcome.DONE,
    )
