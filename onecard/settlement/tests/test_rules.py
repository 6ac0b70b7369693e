"""The fee, meals and steps as tables."""

from __future__ import annotations

from datetime import date

import pytest

from onecard.merchants.rules import end_of_period, rate_on
from onecard.merchants.types import Cycle, RateLine
from onecard.settlement import rules
from onecard.settlement.types import FeePart, MealSpan, Part, StatementLine, StatementOutcome, StatementState, Step

FIRST, SECOND = RateLine(date(2026, 9, 1), 100), RateLine(date(2026, 9, 16), 250, 5_000)
SAYS = StatementOutcome
STATE = StatementState


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2026, 7, 1), FIRST),
        (date(2026, 9, 1), FIRST),
        (date(2026, 9, 15), FIRST),
        (date(2026, 9, 16), SECOND),
        (date(2030, 1, 1), SECOND),
    ],
)
def test_every_day_has_a_rate(day: date, rate: RateLine) -> None:
    assert rate_on((SECOND, FIRST), day) == rate


@pytest.mark.parametrize(
    ("first", "cycle", "last"),
    [
        ((2026, 9, 1), Cycle.MONTH, (2026, 9, 30)),
        ((2028, 2, 1), Cycle.MONTH, (2028, 2, 29)),
        ((2027, 2, 28), Cycle.MONTH, (2027, 2, 28)),
        ((2026, 12, 31), Cycle.MONTH, (2026, 12, 31)),
        ((2026, 9, 1), Cycle.HALF_MONTH, (2026, 9, 15)),
        ((2028, 2, 16), Cycle.HALF_MONTH, (2028, 2, 29)),
        ((2026, 9, 2), Cycle.WEEK, (2026, 9, 6)),
        ((2026, 9, 6), Cycle.WEEK, (2026, 9, 6)),
        ((2028, 2, 28), Cycle.WEEK, (2028, 3, 5)),
        ((2026, 9, 2), Cycle.DAY, (2026, 9, 2)),
    ],
)
def test_periods_end(first: tuple[int, int, int], cycle: Cycle, last: tuple[int, int, int]) -> None:
    assert end_of_period(date(*first), cycle=cycle) == date(*last)


def line(amount_fen: int, *, rate: RateLine = FIRST, part: Part = Part.SALE) -> StatementLine:
    return StatementLine(rate.from_day, 1, "", part, rate.from_day, 1, amount_fen)


@pytest.mark.parametrize(
    ("lines", "fee"),
    [
        ([], 0),
        ([line(5_791_510)], 57_915),
        ([line(10_256_406)], 102_564),
        ([line(49)], 0),
        ([line(50)], 1),
        ([line(-50)], -1),
        ([line(-49)], 0),
        ([line(30), line(20, part=Part.CORRECTION)], 1),
        ([line(1_000), line(-1_000, part=Part.REVERSAL)], 0),
    ],
)
def test_the_fee_is_rounded_half_up_on_the_net(lines: list[StatementLine], fee: int) -> None:
    parts = rules.fee_parts(lines, [FIRST])
    assert rules.fee_fen(parts, rates=[FIRST], last_day=date(2026, 9, 30)) == fee


def test_each_rate_takes_its_own_days_and_the_minimum_is_the_last_days() -> None:
    parts = rules.fee_parts([line(10_050), line(10_010, rate=SECOND)], [FIRST, SECOND])
    assert parts == (FeePart(FIRST, 10_050, 101), FeePart(SECOND, 10_010, 250))
    assert rules.fee_fen(parts, rates=[FIRST, SECOND], last_day=date(2026, 9, 15)) == 351
    assert rules.fee_fen(parts, rates=[FIRST, SECOND], last_day=date(2026, 9, 30)) == 5_000


def test_a_meal_across_midnight_belongs_to_the_day_it_began() -> None:
    slots = rules.meal_slots([MealSpan("Lunch", 660, 780), MealSpan("Night", 1_320, 120)])
    assert [slots[minute] for minute in (0, 119, 120, 659, 660, 779, 780, 1_319, 1_320, 1_439)] == [
        -2,
        -2,
        0,
        0,
        1,
        1,
        0,
        0,
        2,
        2,
    ]
    assert rules.meal_slots([]) == []


@pytest.mark.parametrize(
    ("state", "step", "by", "outcome"),
    [
        (STATE.BUILT, Step.CHECK, "b", SAYS.DONE),
        (STATE.BUILT, Step.CHECK, "a", SAYS.REFUSED_SAME_PERSON),
        (STATE.CHECKED, Step.CHECK, "a", SAYS.REPEATED),
        (STATE.BUILT, Step.CONFIRM, "a", SAYS.REFUSED_STATE),
        (STATE.CHECKED, Step.CONFIRM, "b", SAYS.DONE),
        (STATE.CARRIED, Step.CONFIRM, "b", SAYS.REPEATED),
        (STATE.CHECKED, Step.APPROVE, "a", SAYS.REFUSED_STATE),
        (STATE.CONFIRMED, Step.APPROVE, "a", SAYS.REFUSED_SAME_PERSON),
        (STATE.CONFIRMED, Step.APPROVE, "b", SAYS.DONE),
        (STATE.APPROVED, Step.APPROVE, "b", SAYS.REPEATED),
        (STATE.APPROVED, Step.PAY, "b", SAYS.REFUSED_STATE),
        (STATE.CARRIED, Step.HAND_OVER, "b", SAYS.REFUSED_STATE),
        (STATE.HANDED_OVER, Step.PAY, "b", SAYS.DONE),
        (STATE.PAID, Step.PAY, "a", SAYS.REPEATED),
        (STATE.PAID, Step.FAIL, "b", SAYS.DONE),
        (STATE.HANDED_OVER, Step.FAIL, "b", SAYS.DONE),
        (STATE.APPROVED, Step.FAIL, "b", SAYS.REFUSED_STATE),
        (STATE.FAILED, Step.PAY, "b", SAYS.REFUSED_STATE),
        (STATE.FAILED, Step.PAY_AGAIN, "b", SAYS.DONE),
        (STATE.PAID, Step.PAY_AGAIN, "b", SAYS.REPEATED),
        (STATE.CONFIRMED, Step.PAY_AGAIN, "b", SAYS.REFUSED_STATE),
    ],
)
def test_steps_are_taken_in_order_by_different_people(
    state: StatementState, step: Step, by: str, outcome: StatementOutcome
) -> None:
    assert rules.judge_step(state, step, by=by, not_by=("a",)) is outcome
