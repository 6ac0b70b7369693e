"""The tables of the room: a card's life, kinds, validity, PINs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from onecard.cards import pins, rules
from onecard.cards.rules import KindRules, kind_rules
from onecard.cards.types import CardKind, CardOutcome, CardStage, CardState, Medium, PinOutcome, Step
from onecard.cards.words import CARD_SAYS, DESK_SAYS, JOB_SAYS, PIN_SAYS, STAGE_SAYS, STOCK_SAYS

TODAY = date(2026, 9, 1)
DAY = timedelta(days=1)
D, R = CardOutcome.DONE, CardOutcome.REPEATED
NOT_MADE, NOT_ISSUED, NOT_ACTIVE = CardOutcome.REFUSED_NOT_MADE, CardOutcome.REFUSED_NOT_ISSUED, CardOutcome.REFUSED_NOT_ACTIVE
NOT_LOST, NOT_FROZEN, NOT_BACK = CardOutcome.REFUSED_NOT_LOST, CardOutcome.REFUSED_NOT_FROZEN, CardOutcome.REFUSED_NOT_RETURNED
LOST, FROZEN, EXPIRED = CardOutcome.REFUSED_LOST, CardOutcome.REFUSED_FROZEN, CardOutcome.REFUSED_EXPIRED
GONE, SCRAPPED = CardOutcome.REFUSED_CANCELLED, CardOutcome.REFUSED_SCRAPPED

LIFE = {
    CardStage.MADE: {
        Step.HAND_OUT: D,
        Step.SCRAP: D,
        Step.ACTIVATE: NOT_ISSUED,
        Step.REPORT_LOSS: NOT_ISSUED,
        Step.CANCEL: NOT_ISSUED,
    },
    CardStage.ISSUED: {
        Step.ACTIVATE: D,
        Step.REPORT_LOSS: D,
        Step.EXTEND: D,
        Step.RETURN: D,
        Step.CANCEL: D,
        Step.FREEZE: NOT_ACTIVE,
    },
    CardStage.ACTIVE: {
        Step.HAND_OUT: R,
        Step.ACTIVATE: R,
        Step.WITHDRAW_LOSS: R,
        Step.UNFREEZE: R,
        Step.REPORT_LOSS: D,
        Step.FREEZE: D,
        Step.REPLACE: NOT_LOST,
        Step.EXTEND: D,
        Step.RETURN: D,
        Step.SCRAP: NOT_BACK,
        Step.CANCEL: D,
    },
    CardStage.LOST: {
        Step.WITHDRAW_LOSS: D,
        Step.REPLACE: D,
        Step.CANCEL: D,
        Step.REPORT_LOSS: R,
        Step.RETURN: LOST,
        Step.EXTEND: LOST,
        Step.FREEZE: NOT_ACTIVE,
        Step.SCRAP: NOT_BACK,
    },
    CardStage.FROZEN: {
        Step.UNFREEZE: D,
        Step.REPORT_LOSS: D,
        Step.RETURN: D,
        Step.CANCEL: D,
        Step.FREEZE: R,
        Step.EXTEND: FROZEN,
        Step.REPLACE: NOT_LOST,
    },
    CardStage.EXPIRED: {
        Step.EXTEND: D,
        Step.REPORT_LOSS: D,
        Step.RETURN: D,
        Step.FREEZE: D,
        Step.CANCEL: D,
        Step.ACTIVATE: EXPIRED,
    },
    CardStage.CANCELLED: {Step.RETURN: D, Step.CANCEL: R, Step.SCRAP: NOT_BACK, Step.REPLACE: GONE, Step.REPORT_LOSS: GONE},
    CardStage.RETURNED: {Step.SCRAP: D, Step.RETURN: R, Step.CANCEL: R, Step.ACTIVATE: GONE},
    CardStage.SCRAPPED: {Step.SCRAP: R, Step.CANCEL: R, Step.RETURN: SCRAPPED, Step.HAND_OUT: SCRAPPED},
}
"""What a clerk expects, written by stage; rules.LIFE is written by step."""


@pytest.mark.parametrize(("stage", "step"), [(stage, step) for stage, row in LIFE.items() for step in row])
def test_life(stage: CardStage, step: Step) -> None:
    assert rules.judge_step(step, stage) is LIFE[stage][step]


def test_what_is_possible_is_listed_above() -> None:
    possible = {(stage, step) for step, row in rules.LIFE.items() for stage, outcome in row.items() if outcome is D}
    assert possible == {(stage, step) for stage, row in LIFE.items() for step, outcome in row.items() if outcome is D}


def test_every_step_has_a_row_and_every_refusal_words() -> None:
    assert set(Step) - set(rules.LIFE) == {Step.MAKE, Step.ISSUE}
    tables: list[Mapping[Any, Any]] = [CARD_SAYS, PIN_SAYS, STOCK_SAYS, JOB_SAYS, DESK_SAYS]
    for says in tables:
        assert {one for one in type(next(iter(says))) if one.name.startswith("REFUSED")} <= set(says)
    assert set(STAGE_SAYS) == set(CardStage)


@pytest.mark.parametrize(
    ("state", "medium", "expires_on", "stage"),
    [
        (CardState.ISSUED, Medium.MADE, None, CardStage.MADE),
        (CardState.ISSUED, Medium.HELD, TODAY - DAY, CardStage.ISSUED),
        (CardState.ACTIVE, Medium.HELD, TODAY, CardStage.ACTIVE),
        (CardState.ACTIVE, Medium.HELD, TODAY - DAY, CardStage.EXPIRED),
        (CardState.LOST, Medium.HELD, TODAY - DAY, CardStage.LOST),
        (CardState.FROZEN, Medium.HELD, TODAY - DAY, CardStage.FROZEN),
        (CardState.CANCELLED, Medium.HELD, None, CardStage.CANCELLED),
        (CardState.CANCELLED, Medium.RETURNED, None, CardStage.RETURNED),
        (CardState.CANCELLED, Medium.SCRAPPED, None, CardStage.SCRAPPED),
    ],
)
def test_stage(state: CardState, medium: Medium, expires_on: date | None, stage: CardStage) -> None:
    assert rules.stage_of(state, medium, expires_on=expires_on, today=TODAY) is stage


@pytest.mark.parametrize(
    ("kind", "held", "unit", "days", "expected"),
    [
        (CardKind.FORMAL, 0, "", None, D),
        (CardKind.FORMAL, 1, "", None, CardOutcome.REFUSED_HAS_CARD),
        (CardKind.FAMILY, 1, "", None, D),
        (CardKind.FAMILY, 2, "", None, CardOutcome.REFUSED_HAS_CARD),
        (CardKind.TEMPORARY, 0, " ", None, CardOutcome.REFUSED_NO_UNIT),
        (CardKind.TEMPORARY, 0, "Library", 30, D),
        (CardKind.TEMPORARY, 0, "Library", 31, CardOutcome.REFUSED_DATE),
        (CardKind.MERCHANT_STAFF, 0, "", None, CardOutcome.REFUSED_NO_UNIT),
        (CardKind.MERCHANT_STAFF, 0, "Canteen 1", None, D),
        (CardKind.TEST, 0, "Library", None, CardOutcome.REFUSED_KIND),
        (CardKind.FORMAL, 0, "", 20 * 365, CardOutcome.REFUSED_DATE),
    ],
)
def test_issue(kind: CardKind, held: int, unit: str, days: int | None, expected: CardOutcome) -> None:
    until = None if days is None else TODAY + days * DAY
    assert rules.judge_issue(kind_rules(kind), held=held, unit=unit, expires_on=until, today=TODAY) is expected


@pytest.mark.parametrize(
    ("kind", "now", "until", "unit", "expected"),
    [
        (CardKind.FORMAL, 0, 0, "", R),
        (CardKind.FORMAL, 0, 100, "", D),
        (CardKind.FORMAL, 100, 99, "", CardOutcome.REFUSED_DATE),
        (CardKind.FORMAL, -10, -1, "", CardOutcome.REFUSED_DATE),
        (CardKind.TEMPORARY, -10, 30, "Library", D),
        (CardKind.TEMPORARY, -10, 31, "Library", CardOutcome.REFUSED_DATE),
        (CardKind.TEMPORARY, -10, 30, "", CardOutcome.REFUSED_NO_UNIT),
    ],
)
def test_extension(kind: CardKind, now: int, until: int, unit: str, expected: CardOutcome) -> None:
    outcome = rules.judge_extension(
        kind_rules(kind), expires_on=TODAY + now * DAY, until=TODAY + until * DAY, unit=unit, today=TODAY
    )
    assert outcome is expected


def test_a_temporary_card_ends_by_itself_and_is_not_replaced() -> None:
    temporary = kind_rules(CardKind.TEMPORARY)
    assert rules.expiry_for(temporary, wanted=None, today=TODAY) == TODAY + 30 * DAY
    assert rules.expiry_for(KindRules(), wanted=None, today=TODAY) is None
    assert rules.judge_step(Step.REPLACE, CardStage.LOST, kind=CardKind.TEMPORARY) is CardOutcome.REFUSED_KIND
    assert rules.judge_step(Step.REPLACE, CardStage.ACTIVE, kind=CardKind.TEMPORARY) is NOT_LOST


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("739418", PinOutcome.DONE),
        ("850290", PinOutcome.DONE),
        ("12345", PinOutcome.REFUSED_NOT_SIX_DIGITS),
        ("1234567", PinOutcome.REFUSED_NOT_SIX_DIGITS),
        ("12a456", PinOutcome.REFUSED_NOT_SIX_DIGITS),
        ("１２３４５６", PinOutcome.REFUSED_NOT_SIX_DIGITS),
        ("123456", PinOutcome.REFUSED_DEFAULT),
        ("888888", PinOutcome.REFUSED_DEFAULT),
        ("777777", PinOutcome.REFUSED_REPETITION),
        ("373737", PinOutcome.REFUSED_REPETITION),
        ("774774", PinOutcome.REFUSED_REPETITION),
        ("337773", PinOutcome.REFUSED_REPETITION),
        ("456789", PinOutcome.REFUSED_RUN),
        ("890123", PinOutcome.REFUSED_RUN),
        ("210987", PinOutcome.REFUSED_RUN),
        ("051231", PinOutcome.REFUSED_BIRTHDAY),
        ("991130", PinOutcome.REFUSED_BIRTHDAY),
        ("200812", PinOutcome.REFUSED_BIRTHDAY),
        ("198713", PinOutcome.DONE),
        ("261001", PinOutcome.REFUSED_BIRTHDAY),
        ("361001", PinOutcome.REFUSED_BIRTHDAY),
        ("739184", PinOutcome.REFUSED_OWN_NUMBER),
    ],
)
def test_pin(pin: str, expected: PinOutcome) -> None:
    assert pins.judge_pin(pin, person_no="2026739184") is expected


@pytest.mark.parametrize(
    ("pin", "expected"),
    [
        ("905049", PinOutcome.REFUSED_BIRTHDAY),
        ("839504", PinOutcome.DONE),
        ("304059", PinOutcome.REFUSED_BIRTHDAY),
        ("819973", PinOutcome.DONE),
        ("719938", PinOutcome.REFUSED_BIRTHDAY),
    ],
)
def test_pin_of_somebody_whose_birthday_is_known(pin: str, expected: PinOutcome) -> None:
    assert pins.judge_pin(pin, born_on=date(1993, 5, 4)) is expected
    assert pins.judge_pin(pin) is PinOutcome.DONE


@pytest.mark.parametrize(
    ("single", "day", "expected"),
    [
        (2_500, 5_000, PinOutcome.REPEATED),
        (1_000, 5_000, PinOutcome.DONE),
        (0, 0, PinOutcome.DONE),
        (2_501, 5_000, PinOutcome.REFUSED_RAISE),
        (100, 5_001, PinOutcome.REFUSED_RAISE),
        (-1, 0, PinOutcome.REFUSED_RAISE),
    ],
)
def test_own_limits(single: int, day: int, expected: PinOutcome) -> None:
    outcome = pins.judge_limits(single_fen=single, day_fen=day, single_now_fen=2_500, day_now_fen=5_000)
    assert outcome is expected
