"""Pure decisions of the room: the fee, meals, what a statement comes to, who may take which step when."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from typing import Any

from onecard.kernel.money import BASIS_POINTS, divide_half_up
from onecard.ledger.types import TransferKind
from onecard.merchants.rules import rate_on
from onecard.merchants.types import RateLine
from onecard.settlement.types import (
    FeePart,
    Figures,
    MealSpan,
    Part,
    StatementLine,
    StatementOutcome,
    StatementState,
    Step,
    SummedRow,
)

MINUTES_A_DAY = 1_440
KINDS: dict[int, Part] = {TransferKind.PURCHASE: Part.SALE, TransferKind.REVERSAL: Part.REVERSAL}
"""Which part a kind of transfer is; every other kind corrects."""


def part_of(kind: int) -> Part:
    """Which part of a statement a transfer of this kind is."""
    return KINDS.get(kind, Part.CORRECTION)


def meal_slots(meals: Sequence[MealSpan]) -> list[int]:
    """For each minute of the day its meal, counted from 1, negative when it began the day before; 0 outside. Empty: no meals.

    Where meals overlap the first one counts.
    """
    if not meals:
        return []
    slots = [0] * MINUTES_A_DAY
    for ordinal, meal in reversed(list(enumerate(meals, start=1))):
        if meal.starts_at_min < meal.ends_at_min:
            slots[meal.starts_at_min : meal.ends_at_min] = [ordinal] * (meal.ends_at_min - meal.starts_at_min)
        else:
            slots[meal.starts_at_min :] = [ordinal] * (MINUTES_A_DAY - meal.starts_at_min)
            slots[: meal.ends_at_min] = [-ordinal] * meal.ends_at_min
    return slots


def meal_ordinal(meals: Sequence[MealSpan], name: str) -> int:
    """The meal's place in `meal_slots`; 0 for sales outside of all meals."""
    return next((ordinal for ordinal, meal in enumerate(meals, start=1) if meal.name == name), 0)


def fee_parts(lines: Iterable[StatementLine], rates: Sequence[RateLine]) -> tuple[FeePart, ...]:
    """The fee by rate: basis points of the net sales that occurred under it, rounded half up to a fen (away from zero)."""
    net: defaultdict[date, int] = defaultdict(int)
    for line in lines:
        net[line.rate_from] += line.amount_fen
    by_day = {rate.from_day: rate for rate in rates}
    return tuple(
        FeePart(by_day[day], net_fen, divide_half_up(net_fen * by_day[day].fee_rate_bp, BASIS_POINTS))
        for day, net_fen in sorted(net.items())
    )


def fee_fen(parts: Iterable[FeePart], *, rates: Sequence[RateLine], last_day: date) -> int:
    """The fee of the period: the sum by rate; where a minimum is agreed on the last day, at least that."""
    minimum_fen, summed = rate_on(rates, last_day).minimum_fee_fen, sum(part.fee_fen for part in parts)
    return max(summed, minimum_fen) if minimum_fen else summed


def figures_of(lines: Collection[StatementLine], *, opening_fen: int, fee: int) -> Figures:
    """What the lines come to."""
    total = {part: sum(line.amount_fen for line in lines if line.part is part) for part in Part}
    return Figures(opening_fen, total[Part.SALE], total[Part.REVERSAL], total[Part.CORRECTION], fee)


def summed(lines: Iterable[StatementLine], key: Callable[[StatementLine], date | int | str]) -> list[SummedRow]:
    """The lines summed by a key, in its order; all rows together are the lines."""
    transfers: Counter[Any] = Counter()
    amounts: Counter[tuple[Any, Part]] = Counter()
    for line in lines:
        by = key(line)
        transfers[by] += line.transfers
        amounts[by, line.part] += line.amount_fen
    return [SummedRow(by, count, *(amounts[by, part] for part in Part)) for by, count in sorted(transfers.items())]


_STATE = StatementState
FROM = {
    Step.CHECK: {_STATE.BUILT},
    Step.CONFIRM: {_STATE.CHECKED},
    Step.APPROVE: {_STATE.CONFIRMED},
    Step.HAND_OVER: {_STATE.APPROVED},
    Step.PAY: {_STATE.HANDED_OVER},
    Step.FAIL: {_STATE.HANDED_OVER, _STATE.PAID},
    Step.PAY_AGAIN: {_STATE.FAILED},
}
"""From which states a step is taken."""
AFTER = {
    Step.CHECK: set(_STATE) - {_STATE.BUILT},
    Step.CONFIRM: set(_STATE) - {_STATE.BUILT, _STATE.CHECKED},
    Step.APPROVE: set(_STATE) - {_STATE.BUILT, _STATE.CHECKED, _STATE.CONFIRMED},
    Step.HAND_OVER: {_STATE.HANDED_OVER, _STATE.PAID},
    Step.PAY: {_STATE.PAID},
    Step.FAIL: {_STATE.FAILED},
    Step.PAY_AGAIN: {_STATE.APPROVED, _STATE.HANDED_OVER, _STATE.PAID},
}
"""In which states the step was taken before."""


def judge_step(state: StatementState, step: Step, *, by: str, not_by: Collection[str] = ()) -> StatementOutcome:
    """Whether somebody may take the step now: once, in order, and not who did one of the steps that it checks."""
    in_order = (
        (state in AFTER[step], StatementOutcome.REPEATED),
        (state not in FROM[step], StatementOutcome.REFUSED_STATE),
        (by in not_by, StatementOutcome.REFUSED_SAME_PERSON),
    )
    return next((outcome for applies, outcome in in_order if applies), StatementOutcome.DONE)
