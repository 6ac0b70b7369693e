"""Pure decisions of the room: what the bank's word and our books make of a reference number, how a difference is put right,
what is left of a subsidy. Tested as tables and against plain models.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from onecard.funding.bank_reading import MOST_FEN
from onecard.funding.types import BankFinding, BatchState, GrantProblem, SettlingOutcome, SubsidyOutcome

T = TypeVar("T")
Booked = Mapping[int, int]
"""What stands booked under a reference number: fen by cash purse, corrections included; empty when all of it was taken back."""


def _first(in_order: Iterable[tuple[bool, T]], *, otherwise: T) -> T:
    return next((outcome for applies, outcome in in_order if applies), otherwise)


def found_for(booked: Booked | None, *, purse: int | None, amount_fen: int) -> BankFinding:
    """What a line of the bank's means: `booked` is None when its number is free, `purse` when nobody has the person's number."""
    if booked is None:
        return BankFinding.NOT_BOOKED
    return BankFinding.EQUAL if booked == {purse: amount_fen} else BankFinding.DIFFERS


def found_without_line(*, booked_on: date, file_day: date, waiting_days: int) -> BankFinding:
    """What it means that the bank has no line yet for what we booked (S5.4: a difference after the waiting days)."""
    is_waiting = (file_day - booked_on).days <= waiting_days
    return BankFinding.WAITING if is_waiting else BankFinding.UNKNOWN_AT_BANK


@dataclasses.dataclass(frozen=True, slots=True)
class SettlingFacts:
    """What a decision on a held difference with a bank needs to know: what two people say is true, and what is booked."""

    is_settled: bool
    is_the_banks: bool
    amount_fen: int
    purse: int | None
    booked: Booked | None


def judge_settling(facts: SettlingFacts) -> SettlingOutcome:
    """Whether the difference can be settled so: BOOKED under the free number, else CORRECTED by what is missing or too much."""
    is_nothing = facts.amount_fen == 0
    return _first(
        (
            (facts.is_settled, SettlingOutcome.REPEATED),
            (not facts.is_the_banks, SettlingOutcome.REFUSED_NOT_THE_BANKS),
            (not 0 <= facts.amount_fen <= MOST_FEN, SettlingOutcome.REFUSED_AMOUNT),
            (is_nothing and facts.booked is None, SettlingOutcome.REFUSED_AMOUNT),
            (not is_nothing and facts.purse is None, SettlingOutcome.REFUSED_UNKNOWN_PERSON),
            (facts.booked == wanted(facts.purse, facts.amount_fen), SettlingOutcome.REFUSED_NOTHING),
            (facts.booked is None, SettlingOutcome.BOOKED),
        ),
        otherwise=SettlingOutcome.CORRECTED,
    )


def wanted(purse: int | None, amount_fen: int) -> Booked:
    """What should stand booked: so much on this purse, or nothing at all."""
    return {purse: amount_fen} if purse is not None and amount_fen else {}


def moves(booked: Booked, *, to: Booked) -> dict[int, int]:
    """By how much each purse is to be moved (below zero: taken back) so that what stands booked is what should."""
    purses = sorted({*booked, *to})
    changes = {purse: to.get(purse, 0) - booked.get(purse, 0) for purse in purses}
    return {purse: change for purse, change in changes.items() if change}


@dataclasses.dataclass(frozen=True, slots=True)
class GrantFacts:
    """What a decision on a line of a batch needs to know; `amount_fen` is None when what stands there is none."""

    person_no: str
    is_known: bool
    has_left: bool
    is_named_before: bool
    amount_fen: int | None
    most_fen: int


def problem_with(facts: GrantFacts) -> GrantProblem | None:
    """Why the line is left out of the batch; None when its person gets the amount."""
    return _first(
        (
            (not facts.person_no, GrantProblem.NO_NUMBER),
            (not facts.is_known, GrantProblem.UNKNOWN),
            (facts.has_left, GrantProblem.LEFT),
            (facts.is_named_before, GrantProblem.TWICE),
            (facts.amount_fen is None or facts.amount_fen < 1, GrantProblem.BAD_AMOUNT),
            (facts.amount_fen is not None and facts.amount_fen > facts.most_fen, GrantProblem.OVER_CAP),
        ),
        otherwise=None,
    )


def unspent(*, amount_fen: int, later_fen: int, balance_fen: int) -> int:
    """What is left of a grant in the purse: the oldest money is spent first, so what later grants brought is not this one's.

    Never more than the grant or than the purse holds, never below zero (decision 31).
    """
    return max(0, min(amount_fen, balance_fen - later_fen))


@dataclasses.dataclass(frozen=True, slots=True)
class TakeBackFacts:
    """What a decision on taking a batch's money back needs to know; without names it is for everybody at the end."""

    state: BatchState
    names_people: bool
    all_are_in_it: bool
    takes_back: bool
    ends_on: date
    today: date


def judge_taking_back(facts: TakeBackFacts) -> SubsidyOutcome:
    """Whether money may be taken back: from named people any time, from everybody when the batch says so and its end is over."""
    return _first(
        (
            (facts.state is not BatchState.GRANTED, SubsidyOutcome.REFUSED_STATE),
            (facts.names_people and not facts.all_are_in_it, SubsidyOutcome.REFUSED_UNKNOWN_PERSON),
            (not facts.names_people and not facts.takes_back, SubsidyOutcome.REFUSED_STATE),
            (not facts.names_people and facts.today <= facts.ends_on, SubsidyOutcome.REFUSED_NOT_OVER),
        ),
        otherwise=SubsidyOutcome.DONE,
    )


def judge_ending(*, state: BatchState, ends_on: date, today: date, has_to_take_back: bool) -> SubsidyOutcome:
    """Whether a batch may end: after its last day, when what it says is taken back has been."""
    return _first(
        (
            (state is BatchState.ENDED, SubsidyOutcome.REPEATED),
            (state is not BatchState.GRANTED, SubsidyOutcome.REFUSED_STATE),
            (today <= ends_on, SubsidyOutcome.REFUSED_NOT_OVER),
            (has_to_take_back, SubsidyOutcome.REFUSED_TAKE_BACK_FIRST),
        ),
        otherwise=SubsidyOutcome.DONE,
    )
