from __future__ import annotations

import dataclasses
from datetime import date, time, timedelta

import pytest

from onecard.policies import rules
from onecard.policies.catalogue import GROUPS, POLICIES
from onecard.policies.rules import SettingFacts, judge_setting, judge_withdrawal
from onecard.policies.types import NUMBERS, Policy, PolicyKind, PolicyOutcome, Window

TODAY = date(2026, 9, 1)
FEE = POLICIES["cards.replacement_fee_fen"]
GOOD = SettingFacts(FEE, value=2_000, value_then=1_500, reason="dearer cards", effective_from=TODAY, today=TODAY)


@pytest.mark.parametrize("policy", POLICIES.values(), ids=lambda policy: policy.name)
def test_every_policy_is_whole(policy: Policy) -> None:
    assert rules.fits(policy, policy.default)
    assert policy.group in GROUPS
    assert (policy.kind in NUMBERS) is (policy.least < policy.most)
    assert (policy.kind is PolicyKind.FEN) is policy.name.endswith("_fen")
    assert (policy.kind is PolicyKind.BASIS_POINTS) is policy.name.endswith("_bp")
    if policy.kind in (PolicyKind.MINUTES, PolicyKind.HOURS, PolicyKind.DAYS, PolicyKind.YEARS):
        assert policy.name.endswith(f"_{policy.kind.value}")


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("cards.replacement_fee_fen", 0, True),
        ("cards.replacement_fee_fen", 20_000, True),
        ("cards.replacement_fee_fen", 20_001, False),
        ("cards.replacement_fee_fen", -1, False),
        ("cards.replacement_fee_fen", True, False),
        ("cards.replacement_fee_fen", "1500", False),
        ("cards.replacement_fee_fen", None, False),
        ("counter.withdrawal_allowed", False, True),
        ("counter.withdrawal_allowed", 0, False),
        ("settlement.cycle", "week", True),
        ("settlement.cycle", "year", False),
        ("settlement.cycle", ["week"], False),
        ("closing.day_close_time", "23:30", True),
        ("closing.day_close_time", "24:00", False),
        ("closing.day_close_time", "9:00", False),
        ("closing.day_close_time", "09:00:30", False),
        ("people.freshmen_closed_on", "02-28", True),
        ("people.freshmen_closed_on", "02-29", False),
        ("people.freshmen_closed_on", "2-28", False),
        ("people.freshmen_closed_on", 1130, False),
        ("counter.deposit_windows", ["6 09:00-12:00"], True),
        ("counter.deposit_windows", [], True),
        ("counter.deposit_windows", "6 09:00-12:00", False),
        ("counter.deposit_windows", [9], False),
        ("counter.deposit_windows", ["5-1 09:00-12:00"], False),
        ("counter.deposit_windows", ["1-5 12:00-12:00"], False),
        ("counter.deposit_windows", ["0-5 09:00-12:00"], False),
        ("counter.deposit_windows", ["1-5 09:00-29:00"], False),
        ("counter.deposit_windows", ["1 09:00-12:00"] * 21, False),
    ],
)
def test_what_a_policy_can_be(name: str, value: object, fits: bool) -> None:
    assert rules.fits(POLICIES[name], value) is fits


def test_windows_are_open_from_their_beginning_to_before_their_end() -> None:
    morning = rules.window("1-5 08:30-11:30")
    assert morning == Window(frozenset({1, 2, 3, 4, 5}), time(8, 30), time(11, 30))
    moments = [(1, time(8, 29)), (1, time(8, 30)), (5, time(11, 29)), (5, time(11, 30)), (6, time(9))]
    assert [rules.is_open((morning,), weekday=day, at=at) for day, at in moments] == [False, True, True, False, False]
    assert not rules.is_open((), weekday=1, at=time(9))


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, PolicyOutcome.DONE),
        ({"policy": None, "reason": ""}, PolicyOutcome.REFUSED_UNKNOWN),
        ({"reason": " ", "value": -1}, PolicyOutcome.REFUSED_NO_REASON),
        ({"value": -1, "effective_from": TODAY - timedelta(days=1)}, PolicyOutcome.REFUSED_VALUE),
        ({"effective_from": TODAY - timedelta(days=1), "value": 1_500}, PolicyOutcome.REFUSED_IN_THE_PAST),
        ({"effective_from": TODAY + timedelta(days=1_099), "value": 1_500}, PolicyOutcome.REFUSED_TOO_FAR),
        ({"effective_from": TODAY + timedelta(days=1_098)}, PolicyOutcome.DONE),
        ({"value": 1_500}, PolicyOutcome.REPEATED),
    ],
)
def test_setting_in_order_of_precedence(change: dict[str, object], outcome: PolicyOutcome) -> None:
    assert judge_setting(dataclasses.replace(GOOD, **change)) is outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days", "is_withdrawn", "reason", "outcome"),
    [
        (1, False, "too dear", PolicyOutcome.DONE),
        (0, True, " ", PolicyOutcome.REFUSED_NO_REASON),
        (0, True, "too dear", PolicyOutcome.REPEATED),
        (0, False, "too dear", PolicyOutcome.REFUSED_BEGUN),
        (-1, False, "too dear", PolicyOutcome.REFUSED_BEGUN),
    ],
)
def test_withdrawing_in_order_of_precedence(days: int, is_withdrawn: bool, reason: str, outcome: PolicyOutcome) -> None:
    begins = TODAY + timedelta(days=days)
    assert judge_withdrawal(effective_from=begins, is_withdrawn=is_withdrawn, reason=reason, today=TODAY) is outcome
