"""The counter's decisions as tables: each refusal alone, and that the first one in the order of precedence is the answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest

from onecard.counter import rules
from onecard.counter.types import (
    CounterOutcome,
    HandoverOutcome,
    HandoverState,
    ShiftOutcome,
    ShiftState,
    Witness,
)
from onecard.policies.types import Window

Line = tuple[dict[str, Any], Any]
DEPOSIT = rules.DepositFacts(
    has_shift=True,
    person_is_present=True,
    amount_fen=5_000,
    least_fen=100,
    most_fen=100_000,
    is_open=True,
    is_excused=False,
    balance_fen=95_000,
    cap_fen=100_000,
)
WITHDRAWAL = rules.WithdrawalFacts(
    has_shift=True,
    is_allowed=True,
    amount_fen=20_000,
    single_limit_fen=50_000,
    is_identified=True,
    paid_today_fen=80_000,
    day_limit_fen=100_000,
    second_person_fen=20_000,
    is_approved=False,
    balance_fen=20_000,
    drawer_fen=20_000,
)
CHARGE = rules.ChargeFacts(has_shift=True, is_due=True, is_paid_out=True, amount_fen=2_000, drawer_fen=2_000)
REVERSAL = rules.SlipReversalFacts(
    has_shift=True,
    reason="wrong person",
    is_own_shift=True,
    is_reversal=False,
    is_reversed=False,
    is_paid_back=False,
    is_late=False,
    takes_from_purse=True,
    takes_from_drawer=True,
    amount_fen=5_000,
    balance_fen=5_000,
    drawer_fen=5_000,
)
CLOSING = rules.ClosingFacts(
    state=ShiftState.COUNTED,
    is_own=False,
    difference_fen=0,
    tolerance_fen=0,
    is_approved=False,
    counted_fen=20_000,
    kept_float_fen=20_000,
)
SAFE = rules.SafeFacts(
    state=HandoverState.ON_THE_WAY,
    has_bag=True,
    is_same_person=False,
    witness=Witness.PROVEN,
    safe_fen=4_000_000,
    amount_fen=1_000_000,
    limit_fen=5_000_000,
)

# What changes from the facts above, and the refusal that follows; in the order of precedence.
DEPOSIT_LINES: list[Line] = [
    ({"has_shift": False}, CounterOutcome.REFUSED_NO_SHIFT),
    ({"person_is_present": False}, CounterOutcome.REFUSED_PERSON_LEFT),
    ({"amount_fen": 99}, CounterOutcome.REFUSED_AMOUNT),
    ({"is_open": False}, CounterOutcome.REFUSED_OUTSIDE_WINDOW),
    ({"balance_fen": 95_001}, CounterOutcome.REFUSED_ABOVE_CAP),
]
WITHDRAWAL_LINES: list[Line] = [
    ({"has_shift": False}, CounterOutcome.REFUSED_NO_SHIFT),
    ({"is_allowed": False}, CounterOutcome.REFUSED_NOT_ALLOWED),
    ({"amount_fen": 0}, CounterOutcome.REFUSED_AMOUNT),
    ({"is_identified": False}, CounterOutcome.REFUSED_NOT_IDENTIFIED),
    ({"paid_today_fen": 80_001}, CounterOutcome.REFUSED_DAY_LIMIT),
    ({"second_person_fen": 19_999}, CounterOutcome.REFUSED_NEEDS_SECOND_PERSON),
    ({"balance_fen": 19_999}, CounterOutcome.REFUSED_INSUFFICIENT),
    ({"drawer_fen": 19_999}, CounterOutcome.REFUSED_DRAWER_SHORT),
]
CHARGE_LINES: list[Line] = [
    ({"has_shift": False}, CounterOutcome.REFUSED_NO_SHIFT),
    ({"is_due": False}, CounterOutcome.REFUSED_NOT_DUE),
    ({"drawer_fen": 1_999}, CounterOutcome.REFUSED_DRAWER_SHORT),
]
REVERSAL_LINES: list[Line] = [
    ({"has_shift": False}, CounterOutcome.REFUSED_NO_SHIFT),
    ({"reason": " "}, CounterOutcome.REFUSED_NO_REASON),
    ({"is_own_shift": False}, CounterOutcome.REFUSED_NOT_OWN_SHIFT),
    ({"is_reversal": True}, CounterOutcome.REFUSED_IS_REVERSAL),
    ({"is_reversed": True}, CounterOutcome.REFUSED_REVERSED),
    ({"is_paid_back": True}, CounterOutcome.REFUSED_PAID_BACK),
    ({"is_late": True}, CounterOutcome.REFUSED_TOO_LATE),
    ({"balance_fen": 4_999}, CounterOutcome.REFUSED_SPENT),
    ({"drawer_fen": 4_999}, CounterOutcome.REFUSED_DRAWER_SHORT),
]
CLOSING_LINES: list[Line] = [
    ({"is_own": True}, ShiftOutcome.REFUSED_OWN_SHIFT),
    ({"difference_fen": -1}, ShiftOutcome.REFUSED_ABOVE_TOLERANCE),
    ({"kept_float_fen": 20_001}, ShiftOutcome.REFUSED_FLOAT_TOO_HIGH),
]
SAFE_LINES: list[Line] = [
    ({"state": HandoverState.IN_SAFE}, HandoverOutcome.REPEATED),
    ({"has_bag": False}, HandoverOutcome.REFUSED_BAG),
    ({"is_same_person": True}, HandoverOutcome.REFUSED_SAME_PERSON),
    ({"witness": Witness.WAITS}, HandoverOutcome.REFUSED_WITNESS_WAITS),
    ({"amount_fen": 1_000_001}, HandoverOutcome.REFUSED_SAFE_LIMIT),
]
TABLES: list[tuple[Callable[[Any], Any], Any, list[Line]]] = [
    (rules.judge_deposit, DEPOSIT, DEPOSIT_LINES),
    (rules.judge_withdrawal, WITHDRAWAL, WITHDRAWAL_LINES),
    (rules.judge_charge, CHARGE, CHARGE_LINES),
    (rules.judge_slip_reversal, REVERSAL, REVERSAL_LINES),
    (rules.judge_closing, CLOSING, CLOSING_LINES),
    (rules.judge_safekeeping, SAFE, SAFE_LINES),
]


@pytest.mark.parametrize(("judge", "facts", "lines"), TABLES)
def test_each_refusal_has_its_cause(judge: Callable[[Any], Any], facts: Any, lines: list[Line]) -> None:
    assert judge(facts).name == "DONE"
    assert [judge(dataclasses.replace(facts, **changed)) for changed, _ in lines] == [outcome for _, outcome in lines]


@pytest.mark.parametrize(("judge", "facts", "lines"), TABLES)
def test_the_first_refusal_in_order_is_the_answer(judge: Callable[[Any], Any], facts: Any, lines: list[Line]) -> None:
    for at in range(len(lines)):
        later: dict[str, Any] = {}
        for changed, _ in reversed(lines[at:]):
            later |= changed
        assert judge(dataclasses.replace(facts, **later)) is lines[at][1], lines[at]


@pytest.mark.parametrize(("_judge", "_facts", "lines"), TABLES)
def test_the_order_is_that_of_the_enum(_judge: object, _facts: object, lines: list[Line]) -> None:
    for of in (CounterOutcome, ShiftOutcome, HandoverOutcome):
        found = [outcome for _, outcome in lines if isinstance(outcome, of)]
        assert found == sorted(found, key=list(of).index)


@pytest.mark.parametrize(
    ("judge", "facts", "changed"),
    [
        (rules.judge_deposit, DEPOSIT, {"amount_fen": 100_000, "balance_fen": 0}),
        (rules.judge_deposit, DEPOSIT, {"is_open": False, "is_excused": True}),
        (rules.judge_withdrawal, WITHDRAWAL, {"second_person_fen": 100, "is_approved": True}),
        (rules.judge_charge, CHARGE, {"is_paid_out": False, "drawer_fen": 0}),
        (rules.judge_slip_reversal, REVERSAL, {"takes_from_purse": False, "balance_fen": 0}),
        (rules.judge_slip_reversal, REVERSAL, {"takes_from_drawer": False, "drawer_fen": 0}),
        (rules.judge_closing, CLOSING, {"difference_fen": -500, "is_approved": True}),
        (rules.judge_closing, CLOSING, {"difference_fen": 100, "tolerance_fen": 100}),
        (rules.judge_closing, CLOSING, {"kept_float_fen": 0}),
    ],
)
def test_what_is_allowed_all_the_same(judge: Callable[[Any], Any], facts: Any, changed: dict[str, Any]) -> None:
    assert judge(dataclasses.replace(facts, **changed)).name == "DONE"


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (ShiftState.OPEN, ShiftOutcome.REFUSED_STATE),
        (ShiftState.COUNTING, ShiftOutcome.REFUSED_STATE),
        (ShiftState.COUNTED, ShiftOutcome.DONE),
        (ShiftState.CLOSED, ShiftOutcome.REPEATED),
    ],
)
def test_a_shift_is_closed_once_it_is_counted(state: ShiftState, outcome: ShiftOutcome) -> None:
    assert rules.judge_closing(dataclasses.replace(CLOSING, state=state)) is outcome


COUNT = {"state": ShiftState.OPEN, "is_own": True, "total_fen": 500, "book_fen": 500, "counts_before": 0, "explanation": ""}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, ShiftOutcome.DONE),
        ({"state": ShiftState.COUNTED, "is_own": False}, ShiftOutcome.REFUSED_STATE),
        ({"is_own": False, "total_fen": None}, ShiftOutcome.REFUSED_NOT_OWN_SHIFT),
        ({"total_fen": None}, ShiftOutcome.REFUSED_COUNT),
        ({"counts_before": 3}, ShiftOutcome.REFUSED_COUNT),
        ({"total_fen": 499}, ShiftOutcome.COUNT_AGAIN),
        ({"total_fen": 499, "counts_before": 1}, ShiftOutcome.REFUSED_NO_REASON),
        ({"total_fen": 499, "counts_before": 1, "explanation": "a torn note"}, ShiftOutcome.DIFFERS),
        ({"state": ShiftState.COUNTING, "counts_before": 1}, ShiftOutcome.DONE),
    ],
)
def test_a_count(changed: dict[str, Any], outcome: ShiftOutcome) -> None:
    assert rules.judge_count(**{**COUNT, **changed}) is outcome


@pytest.mark.parametrize(
    ("pieces", "total_fen"),
    [
        ({}, 0),
        ({"10000": 2, "10": 3}, 20_030),
        ({"1": 5}, None),
        ({"10000": -1}, None),
        ({"10000": True}, None),
        ({"10000": 100_001}, None),
    ],
)
def test_what_pieces_come_to(pieces: dict[str, int], total_fen: int | None) -> None:
    assert rules.count_total(pieces) == total_fen


RECEIPT = {"state": HandoverState.ON_THE_WAY, "is_own": False, "amount_fen": 500, "counted_fen": 500}


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({}, HandoverOutcome.DONE),
        ({"state": HandoverState.RECEIVED, "is_own": True}, HandoverOutcome.REPEATED),
        ({"state": HandoverState.IN_SAFE, "is_own": True}, HandoverOutcome.REFUSED_STATE),
        ({"is_own": True, "counted_fen": 499}, HandoverOutcome.REFUSED_SAME_PERSON),
        ({"counted_fen": 499}, HandoverOutcome.REFUSED_AMOUNT_DIFFERS),
    ],
)
def test_finances_signature(changed: dict[str, Any], outcome: HandoverOutcome) -> None:
    assert rules.judge_receipt(**{**RECEIPT, **changed}) is outcome


def test_a_witness_is_proven_and_cash_that_was_received_stays_out_of_the_safe() -> None:
    assert rules.judge_safekeeping(dataclasses.replace(SAFE, witness=Witness.WRONG)) is HandoverOutcome.REFUSED_WITNESS
    received = dataclasses.replace(SAFE, state=HandoverState.RECEIVED, has_bag=False)
    assert rules.judge_safekeeping(received) is HandoverOutcome.REFUSED_STATE


@pytest.mark.parametrize(("at", "began"), [("2026-09-01 08:29", None), ("2026-09-01 10:00", "08:30"), ("2026-09-05 10:00", None)])
def test_when_a_window_began(at: str, began: str | None) -> None:
    windows = [Window(frozenset({1, 2, 3, 4, 5}), time(8, 30), time(11, 30))]
    found = rules.window_began(windows, now=datetime.fromisoformat(at))
    assert (found and found.strftime("%H:%M")) == began
