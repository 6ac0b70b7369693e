"""What the bank's word and our books come to: as a table, and whole files against a model in plain Python."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onecard.funding import rules
from onecard.funding.types import BankFinding, SettlingOutcome

LIN, WANG, CHEN = 11, 12, 13
DAY = date(2026, 9, 9)
NOT_BOOKED, EQUAL, DIFFERS = BankFinding.NOT_BOOKED, BankFinding.EQUAL, BankFinding.DIFFERS


@pytest.mark.parametrize(
    ("booked", "purse", "amount_fen", "expected"),
    [
        (None, LIN, 500, NOT_BOOKED),
        (None, None, 500, NOT_BOOKED),
        ({LIN: 500}, LIN, 500, EQUAL),
        ({LIN: 500}, LIN, 501, DIFFERS),
        ({LIN: 500}, WANG, 500, DIFFERS),
        ({LIN: 500}, None, 500, DIFFERS),
        ({}, LIN, 500, DIFFERS),
        ({LIN: 300, WANG: 200}, LIN, 300, DIFFERS),
    ],
)
def test_a_line(booked: rules.Booked | None, purse: int | None, amount_fen: int, expected: BankFinding) -> None:
    assert rules.found_for(booked, purse=purse, amount_fen=amount_fen) is expected


@pytest.mark.parametrize(
    ("days_ago", "waiting_days", "expected"),
    [
        (0, 0, BankFinding.WAITING),
        (1, 0, BankFinding.UNKNOWN_AT_BANK),
        (3, 3, BankFinding.WAITING),
        (4, 3, BankFinding.UNKNOWN_AT_BANK),
    ],
)
def test_a_booking_that_the_bank_does_not_name(days_ago: int, waiting_days: int, expected: BankFinding) -> None:
    booked_on = DAY - timedelta(days=days_ago)
    assert rules.found_without_line(booked_on=booked_on, file_day=DAY, waiting_days=waiting_days) is expected


def facts(**changes: object) -> rules.SettlingFacts:
    usual = {"is_settled": False, "is_the_banks": True, "amount_fen": 500, "purse": LIN, "booked": {LIN: 400}}
    return rules.SettlingFacts(**{**usual, **changes})  # type: ignore[arg-type]


WORST = {"is_the_banks": False, "amount_fen": -1, "purse": None, "booked": None}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, SettlingOutcome.CORRECTED),
        ({"booked": None}, SettlingOutcome.BOOKED),
        ({"booked": {}}, SettlingOutcome.CORRECTED),
        ({"amount_fen": 0, "purse": None}, SettlingOutcome.CORRECTED),
        ({"is_settled": True, **WORST}, SettlingOutcome.REPEATED),
        (WORST, SettlingOutcome.REFUSED_NOT_THE_BANKS),
        ({**WORST, "is_the_banks": True}, SettlingOutcome.REFUSED_AMOUNT),
        ({"amount_fen": 100_000_001}, SettlingOutcome.REFUSED_AMOUNT),
        ({"amount_fen": 0, "booked": None}, SettlingOutcome.REFUSED_AMOUNT),
        ({"purse": None, "booked": None}, SettlingOutcome.REFUSED_UNKNOWN_PERSON),
        ({"booked": {LIN: 500}}, SettlingOutcome.REFUSED_NOTHING),
        ({"amount_fen": 0, "booked": {}}, SettlingOutcome.REFUSED_NOTHING),
    ],
)
def test_settling_a_difference(changes: dict[str, object], expected: SettlingOutcome) -> None:
    assert rules.judge_settling(facts(**changes)) is expected


stands = st.dictionaries(st.sampled_from([LIN, WANG, CHEN]), st.integers(1, 900), max_size=3)


@given(booked=stands, to=stands)
def test_moving_the_books_makes_them_what_they_should_be(booked: dict[int, int], to: dict[int, int]) -> None:
    after = dict(booked)
    for purse, change in rules.moves(booked, to=to).items():
        assert change != 0
        after[purse] = after.get(purse, 0) + change
    assert {purse: amount for purse, amount in after.items() if amount} == to
