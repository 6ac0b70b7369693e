"""Offline limits as a table: a limit may be reached and not passed, zero is no limit, the first that applies is named."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from onecard.emulation.limits import HOUR_US, Limit, Sold, limit_reached

LIMITS = {
    "is_allowed": True,
    "single_limit_fen": 2_500,
    "card_limit_fen": 5_000,
    "total_limit_fen": 9_000,
    "max_records": 4,
    "max_hours": 72,
}
NO_LIMITS = {**dict.fromkeys(LIMITS, 0), "is_allowed": True}
CARD, OTHER = 1, 2


def sold(*sales: tuple[int, int]) -> Sold:
    so_far = Sold()
    for card_no, amount_fen in sales:
        so_far.add(card_no, amount_fen)
    return so_far


@pytest.mark.parametrize(
    ("changed", "so_far", "amount_fen", "hours", "expected"),
    [
        ({}, sold(), 2_500, 0, None),
        ({"is_allowed": False}, sold(), 1, 0, Limit.NOT_ALLOWED),
        ({"is_allowed": False}, sold(), 9_999, 99, Limit.NOT_ALLOWED),
        ({}, sold(), 2_501, 0, Limit.SINGLE),
        ({"single_limit_fen": 0}, sold(), 5_000, 0, None),
        ({"single_limit_fen": 0}, sold(), 5_001, 0, Limit.CARD),
        ({}, sold((CARD, 2_500)), 2_500, 0, None),
        ({}, sold((CARD, 2_501)), 2_500, 0, Limit.CARD),
        ({}, sold((OTHER, 5_000)), 2_500, 0, None),
        ({"card_limit_fen": 0}, sold((CARD, 6_000)), 2_500, 0, None),
        ({}, sold((OTHER, 6_500)), 2_500, 0, None),
        ({}, sold((OTHER, 6_501)), 2_500, 0, Limit.TOTAL),
        ({"total_limit_fen": 0}, sold((OTHER, 90_000)), 2_500, 0, None),
        ({}, sold(*[(OTHER, 1)] * 3), 1, 0, None),
        ({}, sold(*[(OTHER, 1)] * 4), 1, 0, Limit.RECORDS),
        ({"max_records": 0}, sold(*[(OTHER, 1)] * 4), 1, 0, None),
        ({}, sold(), 1, 72, None),
        ({}, sold(), 1, 73, Limit.HOURS),
        ({"max_hours": 0}, sold(), 1, 9_999, None),
        ({}, sold((CARD, 9_999)), 9_999, 73, Limit.HOURS),
    ],
)
def test_limits(changed: dict[str, Any], so_far: Sold, amount_fen: int, hours: int, expected: Limit | None) -> None:
    parameters = {"offline": {**LIMITS, **changed}, "single_limit_fen": None}
    found = limit_reached(parameters, so_far, card_no=CARD, amount_fen=amount_fen, out_of_touch_us=hours * HOUR_US)
    assert found is expected


@pytest.mark.parametrize(
    ("so_far", "amount_fen", "allowance_fen", "expected"),
    [
        (sold(), 1_500, 1_500, None),
        (sold(), 1_501, 1_500, Limit.ALLOWANCE),
        (sold((CARD, 1_000)), 501, 1_500, Limit.ALLOWANCE),
        (sold((OTHER, 1_000)), 1_500, 1_500, None),
        (sold(), 1, 0, Limit.ALLOWANCE),
        (sold((CARD, 2_501)), 2_500, 0, Limit.CARD),
    ],
)
def test_an_allowance_counts_where_it_is_needed(
    so_far: Sold, amount_fen: int, allowance_fen: int, expected: Limit | None
) -> None:
    for needed, found in ((True, expected), (False, expected if expected is Limit.CARD else None)):
        parameters = {"offline": {**LIMITS, "needs_allowance": needed}, "single_limit_fen": None}
        sale = {"card_no": CARD, "amount_fen": amount_fen, "out_of_touch_us": 0, "allowance_fen": allowance_fen}
        assert limit_reached(parameters, so_far, **sale) is found


def test_the_terminals_own_limit_holds_offline_too() -> None:
    parameters = {"offline": NO_LIMITS, "single_limit_fen": 1_500}
    for amount_fen, expected in ((1_500, None), (1_501, Limit.SINGLE)):
        found = limit_reached(parameters, sold(), card_no=CARD, amount_fen=amount_fen, out_of_touch_us=0)
        assert found is expected


def test_a_terminal_that_knows_no_parameters_sells_nothing() -> None:
    found = limit_reached({"offline": {"is_allowed": False}}, sold(), card_no=CARD, amount_fen=1, out_of_touch_us=0)
    assert found is Limit.NOT_ALLOWED


def test_what_was_sold_is_counted() -> None:
    so_far = sold((CARD, 5), (OTHER, 7), (CARD, 1))
    assert (so_far.by_card, so_far.fen, so_far.records) == (Counter({CARD: 6, OTHER: 7}), 13, 3)
