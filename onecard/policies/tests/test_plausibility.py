from __future__ import annotations

import pytest

from onecard.policies.catalogue import POLICIES
from onecard.policies.plausibility import NOT_ABOVE, faults_in, notes_on
from onecard.policies.types import NUMBERS, Value

DEFAULTS = {name: policy.default for name, policy in POLICIES.items()}
LEAST, MOST = "counter.least_deposit_fen", "counter.most_deposit_fen"
WAITS, OLDEST = "people.leaver_waiting_days", "purchases.oldest_record_days"
SINGLE, DAY, CAP = "purchases.pin_single_limit_fen", "purchases.pin_day_limit_fen", "people.balance_cap_fen"
WINDOWS, ALLOWED = "counter.deposit_windows", "counter.withdrawal_allowed"


def faults(**changes: Value) -> list[tuple[str, ...]]:
    return [one.names for one in faults_in({**DEFAULTS, **changes})]


def test_the_usual_values_make_sense_together() -> None:
    assert faults() == []
    assert list(notes_on(DEFAULTS, begun_today=())) == []


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({SINGLE: 5_000}, []),
        ({SINGLE: 5_001}, [(SINGLE, DAY)]),
        ({CAP: 50_000, MOST: 50_000}, []),
        ({CAP: 50_000}, [(MOST, CAP)]),
        ({LEAST: 100_000, MOST: 99_999}, [(LEAST, MOST)]),
        ({WINDOWS: []}, [(WINDOWS,)]),
        ({WINDOWS: ["1-5 08:00-12:00", "5 11:00-13:00"]}, [(WINDOWS,)]),
        ({WINDOWS: ["1-5 08:00-12:00", "5 12:00-13:00", "6 08:00-13:00"]}, []),
        ({WINDOWS: ["8 08:00-12:00"]}, [(WINDOWS,)]),
        ({"cards.pin_tries": 0}, [("cards.pin_tries",)]),
        (
            {"counter.withdrawal_single_limit_fen": 0, "counter.withdrawal_second_person_fen": 0},
            [(ALLOWED, "counter.withdrawal_single_limit_fen")],
        ),
        (
            {"counter.withdrawal_single_limit_fen": 0, "counter.withdrawal_second_person_fen": 0, ALLOWED: False},
            [],
        ),
        ({WAITS: 60, OLDEST: 30}, [(WAITS, OLDEST)]),
    ],
)
def test_what_contradicts_itself(changes: dict[str, Value], names: list[tuple[str, ...]]) -> None:
    assert faults(**changes) == names


@pytest.mark.parametrize(("low", "high", "_text"), NOT_ABOVE)
def test_every_pair_is_of_numbers_in_one_unit(low: str, high: str, _text: object) -> None:
    assert POLICIES[low].kind is POLICIES[high].kind
    assert POLICIES[low].kind in NUMBERS


def test_what_is_good_to_know() -> None:
    found = list(notes_on({**DEFAULTS, SINGLE: 2_000}, begun_today={DAY}))
    assert [(one.names, str(one.text), one.is_fault) for one in found] == [
        ((SINGLE,), "Not the usual value.", False),
        ((DAY,), "Begins today.", False),
    ]
