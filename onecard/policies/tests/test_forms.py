from __future__ import annotations

import pytest

from onecard.policies.catalogue import POLICIES
from onecard.policies.forms import ValueForm, written
from onecard.policies.presenting import bounds_text, value_text
from onecard.policies.types import Policy


def form(name: str, text: str, *, since: str = "") -> ValueForm:
    return ValueForm({"value": text, "effective_from": since}, initial={"policy": name})


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_what_is_in_force_can_be_proposed_as_it_is_written(policy: Policy) -> None:
    asked = form(policy.name, written(policy, policy.default))
    assert asked.is_valid(), asked.errors
    assert asked.cleaned_data["value"] == policy.default


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("cards.replacement_fee_fen", "20", 2_000),
        ("cards.replacement_fee_fen", "¥20.50", 2_050),
        ("people.balance_cap_fen", "1,500.00", 150_000),
        ("settlement.fee_rate_bp", "0.5", 50),
        ("settlement.fee_rate_bp", "1.25%", 125),
        ("cards.pin_tries", "5", 5),
        ("counter.withdrawal_allowed", "0", False),
        ("counter.deposit_windows", "1-5 08:30-11:30; 6 09:00-12:00;", ["1-5 08:30-11:30", "6 09:00-12:00"]),
    ],
)
def test_values_as_people_write_them(name: str, text: str, value: object) -> None:
    asked = form(name, text)
    assert asked.is_valid()
    assert asked.cleaned_data["value"] == value


@pytest.mark.parametrize(
    ("name", "text", "advice"),
    [
        ("cards.replacement_fee_fen", "200.01", "In yuan, ¥0.00 – ¥200.00."),
        ("cards.replacement_fee_fen", "1.234", "In yuan, ¥0.00 – ¥200.00."),
        ("cards.replacement_fee_fen", "-1", "In yuan, ¥0.00 – ¥200.00."),
        ("settlement.fee_rate_bp", "31", "In per cent, 0.00 % – 30.00 %."),
        ("cards.pin_tries", "3.5", "A whole number, 1 – 10."),
        ("cards.replacement_wait_hours", "337", "A whole number, 0 hours – 336 hours."),
        ("people.freshmen_closed_on", "02-29", "Month and day, such as 11-30."),
        ("closing.day_close_time", "24:00", "A time of day, such as 23:30."),
        ("counter.deposit_windows", "daily", "Days of the week (1 is Monday) and times, such as 1-5 08:30-11:30; 6 09:00-12:00"),
    ],
)
def test_a_wrong_value_is_told_what_would_be_right(name: str, text: str, advice: str) -> None:
    assert form(name, text).errors["value"] == [advice]


def test_a_day_in_the_past_is_refused_and_no_day_is_the_day_of_the_approval() -> None:
    assert form("cards.pin_tries", "5", since="2020-01-01").errors["effective_from"] == ["A value cannot begin in the past."]
    asked = form("cards.pin_tries", "5")
    assert asked.is_valid()
    assert asked.cleaned_data["effective_from"] is None


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("cards.replacement_fee_fen", 123_456, "¥1,234.56"),
        ("settlement.fee_rate_bp", 125, "1.25 %"),
        ("cards.temporary_days", 1, "1 day"),
        ("cards.replacement_wait_hours", 72, "72 hours"),
        ("people.dormant_years", 2, "2 years"),
        ("counter.withdrawal_allowed", False, "No"),
        ("settlement.cycle", "half_month", "Twice a month"),
        ("counter.deposit_windows", ["1-5 08:30-11:30", "6 09:00-12:00"], "Mon–Fri 08:30-11:30; Sat 09:00-12:00"),
        ("counter.deposit_windows", [], "never"),
        ("people.freshmen_closed_on", "11-30", "11-30"),
    ],
)
def test_values_in_words(name: str, value: int, text: str) -> None:
    assert value_text(POLICIES[name], value) == text


def test_bounds_in_words() -> None:
    assert bounds_text(POLICIES["people.balance_cap_fen"]) == "¥100.00 – ¥10,000.00"
    assert bounds_text(POLICIES["settlement.cycle"]) is None
