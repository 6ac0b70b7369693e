from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Slip
from onecard.counter.policy_previews import PREVIEWS
from onecard.counter.rules import fewest_pieces
from onecard.counter.tests.desk import FLOAT_FEN, TUESDAY_TEN, clerk_at, key, shift_of
from onecard.kernel import clock
from onecard.policies.catalogue import POLICIES
from onecard.policies.previews import Term
from tests.world import DAY, World

TERM = Term(DAY, DAY + timedelta(days=2))


@pytest.fixture
def term(world: World) -> World:
    """Deposits of 50.00 and 80.00, one of 20.00 taken back after an hour; withdrawals of 30.00 and 40.00; 1.00 over."""
    clerk = clerk_at("W1", "zhao")
    with clock.at(TUESDAY_TEN):
        for who, amount_fen in (("lin", 5_000), ("wang", 8_000), ("chen", 2_000)):
            take_deposit(clerk, world.people[who], amount_fen=amount_fen, request_key=key())
        for amount_fen in (3_000, 4_000):
            pay_withdrawal(clerk, world.people["wang"], amount_fen=amount_fen, is_identified=True, request_key=key())
    with clock.at(TUESDAY_TEN + timedelta(hours=1)):
        reverse_slip(clerk, Slip.objects.get(amount_fen=2_000).pk, reason="mistake", request_key=key())
        for _ in range(2):
            pieces = fewest_pieces(FLOAT_FEN + 13_000 - 7_000 + 100)
            count_drawer(clerk, shift_of(clerk).pk, pieces=pieces, explanation="a coin")
    return world


@pytest.mark.parametrize(
    ("name", "value", "numbers"),
    [
        ("most_deposit_fen", 5_000, [1, 8_000]),
        ("reversal_window_minutes", 59, [1, 2_000]),
        ("reversal_window_minutes", 60, [0, 0]),
        ("withdrawal_allowed", True, [0, 0]),
        ("withdrawal_allowed", False, [2, 7_000]),
        ("withdrawal_single_limit_fen", 3_000, [1, 4_000]),
        ("withdrawal_second_person_fen", 4_000, [0, 0]),
        ("withdrawal_day_limit_fen", 6_500, [1, 500]),
        ("float_fen", 30_000, [1, 30_000]),
        ("till_tolerance_fen", 99, [1, 1]),
        ("till_tolerance_fen", 100, [1, 0]),
        ("safe_limit_fen", 1, [0, 0]),
    ],
)
def test_what_another_value_would_have_done(term: World, name: str, value: Any, numbers: list[int]) -> None:
    assert [one.number for one in PREVIEWS[f"counter.{name}"](value, TERM)] == numbers


def test_every_policy_of_money_at_the_counter_has_its_preview() -> None:
    assert {name for name, one in POLICIES.items() if one.group == "counter" and one.moves_money} == set(PREVIEWS)
