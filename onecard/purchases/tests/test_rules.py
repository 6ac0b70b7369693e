"""Table tests of the judgement: each outcome, and the order of precedence, one line an outcome."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta

import pytest

from onecard.cards.types import CardState
from onecard.purchases import rules
from onecard.purchases.rules import CardFacts, PurchaseFacts, TerminalFacts
from onecard.purchases.types import HELD, MONEY_MOVED, Flag, Outcome, PinCheck, PurchaseLimits, PurchaseMode, ReversalOutcome
from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ, TerminalState

LIMITS = PurchaseLimits()
NOW = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)
YESTERDAY = NOW.date() - timedelta(days=1)
RICH = CardFacts(state=CardState.ACTIVE, cash_fen=10_000)
OPEN = TerminalFacts()

# Each step makes one more thing wrong, from the last in precedence to the first; the newest fault is always the answer.
WORSE_CARD = (
    ({"cash_fen": 0}, Outcome.DECLINED_INSUFFICIENT),
    ({"state": CardState.CANCELLED}, Outcome.DECLINED_CARD_CLOSED),
    ({"expires_on": YESTERDAY}, Outcome.DECLINED_CARD_EXPIRED),
    ({"state": CardState.FROZEN}, Outcome.DECLINED_CARD_FROZEN),
    ({"state": CardState.LOST}, Outcome.DECLINED_CARD_LOST),
    ({"state": CardState.ISSUED}, Outcome.DECLINED_UNKNOWN_CARD),
)


def judge(
    card: CardFacts | None = RICH,
    terminal: TerminalFacts = OPEN,
    *,
    amount_fen: int = 1_000,
    pin: PinCheck = PinCheck.NOT_GIVEN,
) -> Outcome:
    return rules.judge_online(card, terminal, amount_fen=amount_fen, local_time=NOW, pin=pin, limits=LIMITS)


@pytest.mark.parametrize(
    ("card", "terminal", "amount_fen", "pin", "expected"),
    [
        (RICH, OPEN, 1_000, PinCheck.NOT_GIVEN, Outcome.APPROVED),
        (RICH, TerminalFacts(state=TerminalState.DISABLED), 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_TERMINAL_DISABLED),
        (None, OPEN, 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_UNKNOWN_CARD),
        (dataclasses.replace(RICH, state=CardState.ISSUED), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_UNKNOWN_CARD),
        (dataclasses.replace(RICH, state=CardState.LOST), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_LOST),
        (dataclasses.replace(RICH, state=CardState.FROZEN), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_FROZEN),
        (dataclasses.replace(RICH, expires_on=YESTERDAY), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_EXPIRED),
        (dataclasses.replace(RICH, expires_on=NOW.date()), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.APPROVED),
        (dataclasses.replace(RICH, state=CardState.CANCELLED), OPEN, 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_CLOSED),
        (RICH, TerminalFacts(opens_at=time(6), closes_at=time(9)), 1, PinCheck.RIGHT, Outcome.DECLINED_OUTSIDE_PERIOD),
        (RICH, TerminalFacts(single_limit_fen=999), 1_000, PinCheck.RIGHT, Outcome.DECLINED_OVER_SINGLE_LIMIT),
        (RICH, TerminalFacts(single_limit_fen=1_000), 1_000, PinCheck.RIGHT, Outcome.APPROVED),
        (RICH, OPEN, LIMITS.pin_single_fen, PinCheck.NOT_GIVEN, Outcome.APPROVED),
        (RICH, OPEN, LIMITS.pin_single_fen + 1, PinCheck.NOT_GIVEN, Outcome.DECLINED_PIN_REQUIRED),
        (RICH, OPEN, LIMITS.pin_single_fen + 1, PinCheck.RIGHT, Outcome.APPROVED),
        (dataclasses.replace(RICH, spent_today_fen=4_000), OPEN, 1_000, PinCheck.NOT_GIVEN, Outcome.APPROVED),
        (dataclasses.replace(RICH, spent_today_fen=4_001), OPEN, 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_PIN_REQUIRED),
        (RICH, OPEN, 1, PinCheck.WRONG, Outcome.DECLINED_PIN_WRONG),
        (RICH, OPEN, 10_001, PinCheck.RIGHT, Outcome.DECLINED_INSUFFICIENT),
        (RICH, OPEN, 10_000, PinCheck.RIGHT, Outcome.APPROVED),
        (dataclasses.replace(RICH, subsidy_fen=1), OPEN, 10_001, PinCheck.RIGHT, Outcome.APPROVED),
        (dataclasses.replace(RICH, subsidy_fen=-1), OPEN, 10_000, PinCheck.RIGHT, Outcome.APPROVED),
        (dataclasses.replace(RICH, cash_fen=-1, subsidy_fen=2), OPEN, 2, PinCheck.RIGHT, Outcome.DECLINED_INSUFFICIENT),
    ],
)
def test_every_online_outcome(
    card: CardFacts | None, terminal: TerminalFacts, amount_fen: int, pin: PinCheck, expected: Outcome
) -> None:
    assert judge(card, terminal, amount_fen=amount_fen, pin=pin) is expected


def test_every_online_outcome_is_in_the_table() -> None:
    [table] = test_every_online_outcome.pytestmark  # type: ignore[attr-defined]
    judged = {row[-1] for row in table.args[1]}
    assert judged == {outcome for outcome in Outcome if 10 <= outcome < 30} - {Outcome.DECLINED_REVERSED}, "never judged"


APPROVED = PurchaseFacts(Outcome.APPROVED, PurchaseMode.ONLINE, NOW - timedelta(seconds=LIMITS.max_reversal_age_s), is_same=True)
# As above: each step makes the purchase less fit to be reversed, and the newest reason is always the answer.
LESS_FIT: tuple[tuple[dict[str, object], ReversalOutcome], ...] = (
    ({}, ReversalOutcome.REVERSED),
    ({"received_at": APPROVED.received_at - timedelta(microseconds=1)}, ReversalOutcome.REFUSED_TOO_LATE),
    ({"mode": PurchaseMode.COLLECTED, "outcome": Outcome.BOOKED}, ReversalOutcome.REFUSED_COLLECTED),
    ({"mode": PurchaseMode.ONLINE, "outcome": Outcome.DECLINED_CARD_LOST}, ReversalOutcome.NOTHING_BOOKED),
    ({"is_same": False}, ReversalOutcome.REFUSED_CONFLICT),
    ({"was_reversed": True}, ReversalOutcome.REFUSED_CONFLICT),
    ({"is_same": True}, ReversalOutcome.REPEATED),
)


def test_precedence_of_the_answers_to_a_reversal() -> None:
    purchase = APPROVED
    for fault, expected in LESS_FIT:
        purchase = dataclasses.replace(purchase, **fault)  # type: ignore[arg-type]
        assert rules.judge_reversal(purchase, received_at=NOW, limits=LIMITS) is expected
    assert rules.judge_reversal(None, received_at=NOW, limits=LIMITS) is ReversalOutcome.NOTHING_BOOKED
    assert {expected for _, expected in LESS_FIT} == set(ReversalOutcome)


def test_precedence_of_the_cards_faults() -> None:
    card = RICH
    for fault, expected in WORSE_CARD:
        card = dataclasses.replace(card, **fault)
        assert judge(card) is expected


def test_precedence_from_insufficient_to_disabled() -> None:
    poor = dataclasses.replace(RICH, cash_fen=0)
    assert judge(poor, amount_fen=9_000, pin=PinCheck.RIGHT) is Outcome.DECLINED_INSUFFICIENT
    assert judge(poor, amount_fen=9_000, pin=PinCheck.WRONG) is Outcome.DECLINED_PIN_WRONG
    assert judge(poor, amount_fen=9_000) is Outcome.DECLINED_PIN_REQUIRED
    terminal = TerminalFacts(single_limit_fen=1)
    assert judge(poor, terminal, amount_fen=9_000) is Outcome.DECLINED_OVER_SINGLE_LIMIT
    terminal = dataclasses.replace(terminal, opens_at=time(1), closes_at=time(2))
    assert judge(poor, terminal, amount_fen=9_000) is Outcome.DECLINED_OUTSIDE_PERIOD
    for fault, expected in WORSE_CARD[1:]:
        poor = dataclasses.replace(poor, **fault)
        assert judge(poor, terminal, amount_fen=9_000) is expected
    assert judge(None, terminal, amount_fen=9_000) is Outcome.DECLINED_UNKNOWN_CARD
    disabled = dataclasses.replace(terminal, state=TerminalState.DISABLED)
    assert judge(None, disabled, amount_fen=9_000) is Outcome.DECLINED_TERMINAL_DISABLED


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "at", "expected"),
    [
        (None, None, time(3), True),
        (time(6), time(9), time(5, 59, 59, 999_999), False),
        (time(6), time(9), time(6), True),
        (time(6), time(9), time(8, 59, 59, 999_999), True),
        (time(6), time(9), time(9), False),
        (time(22), time(2), time(21, 59, 59), False),
        (time(22), time(2), time(22), True),
        (time(22), time(2), time(0), True),
        (time(22), time(2), time(1, 59, 59, 999_999), True),
        (time(22), time(2), time(2), False),
        (time(22), time(0), time(23, 59, 59, 999_999), True),
        (time(22), time(0), time(0), False),
        (time(0), time(23), time(0), True),
    ],
)
def test_opening_hours_may_cross_midnight(opens_at: time | None, closes_at: time | None, at: time, expected: bool) -> None:
    assert rules.is_open(TerminalFacts(opens_at=opens_at, closes_at=closes_at), at=at) is expected


@pytest.mark.parametrize(
    ("amount_fen", "subsidy_fen", "expected"),
    [
        (10, 0, (0, 10)),
        (10, 3, (3, 7)),
        (10, 10, (10, 0)),
        (10, 99, (10, 0)),
        (10, -5, (0, 10)),
    ],
)
def test_the_subsidy_goes_first(amount_fen: int, subsidy_fen: int, expected: tuple[int, int]) -> None:
    assert rules.split(amount_fen, subsidy_fen=subsidy_fen) == expected


LOST = CardFacts(state=CardState.LOST, cash_fen=10_000, loss_reported_at=NOW, loss_version=7)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("card", "occurred_at", "blacklist_version", "expected"),
    [
        (RICH, NOW, None, False),
        (RICH, NOW, 100, False),
        (LOST, NOW - SECOND, None, False),
        (LOST, NOW - SECOND, 100, False),
        (LOST, NOW, None, True),
        (LOST, NOW + SECOND, 6, False),
        (LOST, NOW + SECOND, 7, True),
        (LOST, NOW, 8, True),
        (dataclasses.replace(LOST, loss_version=None), NOW, 8, False),
        (dataclasses.replace(LOST, loss_version=None), NOW, None, True),
    ],
)
def test_when_a_loss_report_takes_effect(
    card: CardFacts, occurred_at: datetime, blacklist_version: int | None, expected: bool
) -> None:
    assert rules.loss_took_effect(card, occurred_at=occurred_at, blacklist_version=blacklist_version) is expected


@pytest.mark.parametrize(
    ("card", "amount_fen", "blacklist_version", "expected"),
    [
        (RICH, 10_000, None, Flag(0)),
        (RICH, 10_001, None, Flag.OVERDRAWN),
        (dataclasses.replace(RICH, subsidy_fen=1), 10_001, None, Flag(0)),
        (LOST, 1, None, Flag.AFTER_LOSS),
        (LOST, 99_999, 7, Flag.AFTER_LOSS),
        (LOST, 1, 6, Flag.CARD_LOST),
        (LOST, 99_999, 6, Flag.CARD_LOST | Flag.OVERDRAWN),
        (dataclasses.replace(RICH, state=CardState.FROZEN), 1, None, Flag.CARD_FROZEN),
        (dataclasses.replace(RICH, expires_on=YESTERDAY), 1, None, Flag.CARD_EXPIRED),
        (dataclasses.replace(RICH, expires_on=NOW.date()), 1, None, Flag(0)),
        (dataclasses.replace(RICH, state=CardState.CANCELLED, cancelled_at=NOW), 1, None, Flag.CARD_CLOSED),
        (dataclasses.replace(RICH, state=CardState.CANCELLED, cancelled_at=NOW + SECOND), 1, None, Flag(0)),
        (dataclasses.replace(RICH, state=CardState.ISSUED), 1, None, Flag.CARD_NOT_ACTIVATED),
        (
            dataclasses.replace(LOST, state=CardState.CANCELLED, cancelled_at=NOW, expires_on=YESTERDAY),
            1,
            6,
            Flag.CARD_LOST | Flag.CARD_CLOSED | Flag.CARD_EXPIRED,
        ),
    ],
)
def test_flags(card: CardFacts, amount_fen: int, blacklist_version: int | None, expected: Flag) -> None:
    found = rules.flags_of(
        card, amount_fen=amount_fen, occurred_at=NOW, local_date=NOW.date(), blacklist_version=blacklist_version
    )
    assert found == expected


PLAUSIBLE: dict[str, int | datetime] = {"batch_no": 0, "seq": 1, "amount_fen": 1, "occurred_at": NOW}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"batch_no": -1}, False),
        ({"batch_no": MAX_BATCH_NO}, True),
        ({"batch_no": MAX_BATCH_NO + 1}, False),
        ({"seq": 0}, False),
        ({"seq": MAX_SEQ}, True),
        ({"seq": MAX_SEQ + 1}, False),
        ({"amount_fen": 0}, False),
        ({"amount_fen": -1}, False),
        ({"amount_fen": LIMITS.max_amount_fen}, True),
        ({"amount_fen": LIMITS.max_amount_fen + 1}, False),
        ({"occurred_at": NOW + timedelta(seconds=LIMITS.max_ahead_s)}, True),
        ({"occurred_at": NOW + timedelta(seconds=LIMITS.max_ahead_s, microseconds=1)}, False),
        ({"occurred_at": NOW - timedelta(days=400)}, True),
        ({"occurred_at": NOW - timedelta(days=400, microseconds=1)}, False),
    ],
)
def test_plausible_records(change: dict[str, int | datetime], expected: bool) -> None:
    facts = {**PLAUSIBLE, **change}
    oldest = NOW - timedelta(days=400)
    assert rules.is_plausible(**facts, received_at=NOW, oldest=oldest, limits=LIMITS) is expected  # type: ignore[arg-type]


def test_kinds_of_outcome_do_not_overlap() -> None:
    assert not MONEY_MOVED & HELD
    assert {outcome for outcome in Outcome if outcome.moved_money} == MONEY_MOVED
    assert {outcome for outcome in Outcome if outcome.is_held} == HELD
