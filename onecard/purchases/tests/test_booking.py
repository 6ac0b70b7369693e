"""What the booking functions do with single records and small batches: every outcome through the database, and the edges."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from django.db import transaction

from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.book_batch import MAX_RECORDS
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.models import Purchase
from onecard.purchases.types import Flag, Outcome, PinCheck, PurchaseLimits, Result
from onecard.terminals import queries as terminals
from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ, SEQ_PER_BATCH, Gap, TerminalRecord
from tests.world import NOON, UNKNOWN_CARD, World, balances, broken_invariants


def authorise(*records: TerminalRecord, pin: PinCheck = PinCheck.NOT_GIVEN) -> list[Result]:
    results = authorise_purchases(records, pins=[pin] * len(records), received_at=NOON)
    assert broken_invariants() == {}
    return results


def collect(*records: TerminalRecord) -> list[Result]:
    results = collect_purchases(records, received_at=NOON)
    assert broken_invariants() == {}
    return results


def outcomes(results: list[Result]) -> list[Outcome]:
    return [result.outcome for result in results]


@pytest.mark.parametrize(
    ("who", "terminal", "amount_fen", "pin", "expected"),
    [
        ("lin", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.APPROVED),
        ("lin", "disabled", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_TERMINAL_DISABLED),
        ("issued", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_UNKNOWN_CARD),
        (UNKNOWN_CARD, "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_UNKNOWN_CARD),
        ("lost", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_LOST),
        ("frozen", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_FROZEN),
        ("expired", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_EXPIRED),
        ("gao", "plain", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_CARD_CLOSED),
        ("lin", "night", 1_000, PinCheck.NOT_GIVEN, Outcome.DECLINED_OUTSIDE_PERIOD),
        ("lin", "limited", 1_501, PinCheck.NOT_GIVEN, Outcome.DECLINED_OVER_SINGLE_LIMIT),
        ("lin", "plain", 2_501, PinCheck.NOT_GIVEN, Outcome.DECLINED_PIN_REQUIRED),
        ("lin", "plain", 2_501, PinCheck.RIGHT, Outcome.APPROVED),
        ("lin", "plain", 1, PinCheck.WRONG, Outcome.DECLINED_PIN_WRONG),
        ("lin", "plain", 13_001, PinCheck.RIGHT, Outcome.DECLINED_INSUFFICIENT),
        ("lin", "plain", 13_000, PinCheck.RIGHT, Outcome.APPROVED),
        ("lin", "plain", 2**63 - 1, PinCheck.RIGHT, Outcome.DECLINED_INSUFFICIENT),
    ],
)
def test_online(world: World, who: str | int, terminal: str, amount_fen: int, pin: PinCheck, expected: Outcome) -> None:
    before = balances(world)
    record = world.record(1, who=who, terminal=terminal, amount_fen=amount_fen)
    assert authorise(record, pin=pin) == [Result(expected, None, Flag(0))]
    moved = sum(balances(world)[name] - before[name] for name in ("canteen", "shop"))
    assert moved == (amount_fen if expected is Outcome.APPROVED else 0)
    assert authorise(record, pin=pin) == [Result(Outcome.REPEATED, expected, Flag(0))]
    assert sum(balances(world)[name] - before[name] for name in ("canteen", "shop")) == moved


@pytest.mark.parametrize(
    ("record", "outcome", "flags"),
    [
        ({}, Outcome.BOOKED, Flag(0)),
        ({"terminal": "disabled"}, Outcome.BOOKED, Flag(0)),
        ({"terminal": "night"}, Outcome.BOOKED, Flag(0)),
        ({"amount_fen": 13_001}, Outcome.BOOKED_FLAGGED, Flag.OVERDRAWN),
        ({"who": "lost"}, Outcome.BOOKED_FLAGGED, Flag.AFTER_LOSS),
        ({"who": "lost", "blacklist_version": 0}, Outcome.BOOKED_FLAGGED, Flag.CARD_LOST),
        ({"who": "lost", "occurred_at": NOON - timedelta(hours=2)}, Outcome.BOOKED, Flag(0)),
        ({"who": "frozen"}, Outcome.BOOKED_FLAGGED, Flag.CARD_FROZEN),
        ({"who": "expired"}, Outcome.BOOKED_FLAGGED, Flag.CARD_EXPIRED),
        ({"who": "expired", "occurred_at": NOON - timedelta(days=1)}, Outcome.BOOKED, Flag(0)),
        ({"who": "gao"}, Outcome.BOOKED_FLAGGED, Flag.CARD_CLOSED),
        ({"who": "gao", "occurred_at": NOON - timedelta(hours=3)}, Outcome.BOOKED, Flag(0)),
        ({"who": "issued"}, Outcome.BOOKED_FLAGGED, Flag.CARD_NOT_ACTIVATED),
        ({"who": UNKNOWN_CARD}, Outcome.HELD_UNKNOWN_CARD, Flag(0)),
        ({"good_mac": False}, Outcome.HELD_BAD_MAC, Flag(0)),
        ({"amount_fen": 0}, Outcome.HELD_INVALID, Flag(0)),
        ({"amount_fen": -5}, Outcome.HELD_INVALID, Flag(0)),
        ({"amount_fen": 100_001}, Outcome.HELD_INVALID, Flag(0)),
        ({"amount_fen": 2**63 - 1}, Outcome.HELD_INVALID, Flag(0)),
        ({"amount_fen": -(2**63)}, Outcome.HELD_INVALID, Flag(0)),
        ({"occurred_at": NOON + timedelta(minutes=10)}, Outcome.BOOKED, Flag(0)),
        ({"occurred_at": NOON + timedelta(minutes=10, seconds=1)}, Outcome.HELD_INVALID, Flag(0)),
        ({"occurred_at": NOON - timedelta(days=402)}, Outcome.HELD_INVALID, Flag(0)),
        ({"who": UNKNOWN_CARD, "amount_fen": 0}, Outcome.HELD_INVALID, Flag(0)),
    ],
)
def test_collected(world: World, record: dict[str, object], outcome: Outcome, flags: Flag) -> None:
    one = world.record(1, **record)  # type: ignore[arg-type]
    before = balances(world)
    held = ledger.held_count()
    assert collect(one) == [Result(outcome, None, flags)]
    assert ledger.held_count() == held + outcome.is_held
    again = Result(outcome, None, Flag(0)) if outcome.is_held else Result(Outcome.REPEATED, outcome, Flag(0))
    assert collect(one) == [again]
    assert ledger.held_count() == held + outcome.is_held, "held once"
    moved = sum(balances(world)[name] - before[name] for name in ("canteen", "shop"))
    assert moved == (one.amount_fen if outcome.moved_money else 0)


def test_subsidy_first_then_cash_with_two_legs(world: World) -> None:
    authorise(world.record(1, amount_fen=2_000))
    authorise(world.record(2, amount_fen=2_000))
    assert balances(world)["lin subsidy"] == 0
    assert balances(world)["lin"] == 9_000
    [terminal] = terminals.sources_of([world.terminals["plain"]]).values()
    legs = ledger.transfers_of(terminal, SEQ_PER_BATCH + 2)
    assert [(leg.leg, leg.amount_fen) for leg in legs] == [(1, 1_000), (2, 1_000)]


def test_a_loss_that_took_effect_is_the_centres(world: World) -> None:
    collect(world.record(1, who="lost", amount_fen=9_000))
    after = balances(world)
    assert (after["lost"], after["lost subsidy"], after["losses"], after["canteen"]) == (5_000, 500, 9_000, 9_000)


def test_a_fact_overdraws_and_then_nothing_is_approved(world: World) -> None:
    collect(world.record(1, who="wang", amount_fen=10_500))
    assert balances(world)["wang"] == -500
    assert outcomes(authorise(world.record(2, who="wang", amount_fen=1))) == [Outcome.DECLINED_PIN_REQUIRED]
    assert outcomes(authorise(world.record(3, who="wang", amount_fen=1), pin=PinCheck.RIGHT)) == [Outcome.DECLINED_INSUFFICIENT]


def test_several_purchases_of_one_card_in_a_batch_are_judged_one_after_the_other(world: World) -> None:
    batch = [world.record(seq, who="wang", amount_fen=2_500) for seq in range(1, 7)]
    results = authorise_purchases(batch, pins=[PinCheck.RIGHT] * 6, received_at=NOON)
    assert outcomes(results) == [Outcome.APPROVED] * 4 + [Outcome.DECLINED_INSUFFICIENT] * 2
    assert balances(world)["wang"] == 0


def test_the_day_limit_counts_within_a_batch(world: World) -> None:
    batch = [world.record(seq, who="wang", amount_fen=2_000) for seq in range(1, 4)]
    assert outcomes(authorise(*batch)) == [Outcome.APPROVED, Outcome.APPROVED, Outcome.DECLINED_PIN_REQUIRED]


def test_a_deposit_is_not_spending(world: World) -> None:
    authorise(world.record(1, who="wang", amount_fen=2_400))
    world.fund("wang", 9_000, seq=77)
    assert outcomes(authorise(world.record(2, who="wang", amount_fen=2_500))) == [Outcome.APPROVED]


def test_the_same_record_twice_in_a_batch(world: World) -> None:
    one = world.record(1)
    assert collect(one, one, one) == [
        Result(Outcome.BOOKED, None, Flag(0)),
        Result(Outcome.REPEATED, Outcome.BOOKED, Flag(0)),
        Result(Outcome.REPEATED, Outcome.BOOKED, Flag(0)),
    ]


def test_one_number_with_two_contents_in_a_batch(world: World) -> None:
    collected = collect(world.record(1, amount_fen=100), world.record(1, amount_fen=200))
    assert outcomes(collected) == [Outcome.BOOKED, Outcome.HELD_CONFLICT]
    asked = authorise(world.record(2, amount_fen=100), world.record(2, who="wang", amount_fen=100))
    assert outcomes(asked) == [Outcome.APPROVED, Outcome.CONFLICT]
    assert set(HeldRecord.objects.values_list("reason", flat=True)) == {"CONFLICT", "HELD_CONFLICT"}


@pytest.mark.parametrize(
    "change",
    [
        {"card_no": 1002},
        {"amount_fen": 1_001},
        {"occurred_at": NOON + timedelta(microseconds=1)},
        {"blacklist_version": 3},
        {"card_counter": 0},
        {"purse_after_fen": 0},
        {"sam_id": 1},
        {"sam_seq": 1},
        {"tac": b"\x01"},
    ],
)
def test_any_changed_field_is_a_conflict_and_the_raw_content_is_kept(world: World, change: dict[str, object]) -> None:
    one = world.record(1)
    other = world.signed(dataclasses.replace(one, **change))  # type: ignore[arg-type]
    assert outcomes(collect(one)) == [Outcome.BOOKED]
    assert outcomes(collect(other)) == [Outcome.HELD_CONFLICT]
    held = HeldRecord.objects.get()
    [(name, value)] = change.items()
    if name == "tac":
        assert held.raw["tac"] == "01"
    elif name != "occurred_at":
        assert held.raw[name] == value
    assert outcomes(collect(one)) == [Outcome.REPEATED]
    assert outcomes(collect(other)) == [Outcome.HELD_CONFLICT]
    assert HeldRecord.objects.count() == 1


def test_an_empty_tac_is_no_tac(world: World) -> None:
    """Whatever else is in the batch: the MAC cannot tell the two apart either."""
    one = world.signed(dataclasses.replace(world.record(1), tac=b""))
    with_tac = world.signed(dataclasses.replace(world.record(2), tac=b"\x01"))
    assert outcomes(collect(one, with_tac)) == [Outcome.BOOKED, Outcome.BOOKED]
    assert outcomes(collect(one)) == [Outcome.REPEATED]
    assert outcomes(collect(world.record(1))) == [Outcome.REPEATED]


def test_an_online_record_is_collected_later(world: World) -> None:
    one = world.record(1)
    authorise(one)
    assert collect(one) == [Result(Outcome.REPEATED, Outcome.APPROVED, Flag(0))]


def test_an_online_record_collected_with_what_the_terminal_adds(world: World) -> None:
    """An online request carries no blacklist version or SAM fields; the terminal's own record of it may."""
    one = world.signed(dataclasses.replace(world.record(1), blacklist_version=4, card_counter=9))
    authorise(one)
    assert outcomes(authorise(one)) == [Outcome.REPEATED]
    assert outcomes(collect(one)) == [Outcome.REPEATED]


def test_a_declined_request_that_is_collected_as_a_fact_is_held(world: World) -> None:
    one = world.record(1, who="frozen")
    assert outcomes(authorise(one)) == [Outcome.DECLINED_CARD_FROZEN]
    assert outcomes(collect(one)) == [Outcome.HELD_CONFLICT]
    assert balances(world)["frozen"] == 10_000


def test_a_collected_record_that_is_asked_online_is_repeated(world: World) -> None:
    one = world.record(1)
    collect(one)
    assert authorise(one) == [Result(Outcome.REPEATED, Outcome.BOOKED, Flag(0))]


def test_a_held_number_is_booked_when_its_record_comes_right(world: World) -> None:
    assert outcomes(collect(world.record(1, good_mac=False))) == [Outcome.HELD_BAD_MAC]
    assert outcomes(collect(world.record(1))) == [Outcome.BOOKED]


def test_a_bad_mac_says_nothing_about_the_number(world: World) -> None:
    collect(world.record(3, good_mac=False))
    assert terminals.gaps() == []
    collect(world.record(2))
    assert terminals.gaps() == [Gap(world.terminals["plain"], 1, 1, 1)]


def test_the_bounds_of_numbers(world: World) -> None:
    corners = [world.record(seq, batch_no=batch) for batch in (0, MAX_BATCH_NO) for seq in (1, MAX_SEQ)]
    assert outcomes(collect(*corners)) == [Outcome.BOOKED] * 4
    assert terminals.missing_totals() == (2 * (MAX_SEQ - 2), 2)
    assert Purchase.objects.filter(batch_no=0).count() == 2


@pytest.mark.parametrize(("batch_no", "seq"), [(-1, 1), (MAX_BATCH_NO + 1, 1), (1, 0), (1, -1), (1, MAX_SEQ + 1)])
def test_numbers_out_of_bounds_are_refused_whole(world: World, batch_no: int, seq: int) -> None:
    bad = world.record(seq, batch_no=batch_no)
    for book in (collect_purchases, authorise_purchases):
        with pytest.raises(ValueError, match="record 2"):
            book([world.record(1), bad])
    assert not Purchase.objects.exists()


def test_values_that_no_column_holds_are_refused_by_name(world: World) -> None:
    giant = dataclasses.replace(world.record(1), card_no=2**63)
    for book in (collect_purchases, authorise_purchases):
        with pytest.raises(ValueError, match="batch 1 number 1"):
            book([giant])


def test_pins_must_be_one_for_each_record(world: World) -> None:
    with pytest.raises(ValueError, match="PIN"):
        authorise_purchases([world.record(1), world.record(2, amount_fen=9_000)], pins=[PinCheck.NOT_GIVEN])


def test_an_unregistered_terminal_is_refused_whole(world: World) -> None:
    stranger = dataclasses.replace(world.record(1), terminal_id=12345)
    for book in (collect_purchases, authorise_purchases):
        with pytest.raises(ValueError, match="not registered"), transaction.atomic():
            book([world.record(2), stranger], received_at=NOON)
    assert not Purchase.objects.exists()


def test_empty_batches(world: World) -> None:
    assert collect_purchases([]) == []
    assert authorise_purchases([]) == []


def test_too_many_records_are_refused(world: World) -> None:
    batch = [world.record(1)] * (MAX_RECORDS + 1)
    for book in (collect_purchases, authorise_purchases):
        with pytest.raises(ValueError, match="at most"):
            book(batch)


def test_limits_are_the_callers(world: World) -> None:
    limits = PurchaseLimits(pin_single_fen=1, max_amount_fen=5)
    results = authorise_purchases([world.record(1, amount_fen=2)], received_at=NOON, limits=limits)
    assert outcomes(results) == [Outcome.DECLINED_PIN_REQUIRED]
    results = collect_purchases([world.record(2, amount_fen=6)], received_at=NOON, limits=limits)
    assert outcomes(results) == [Outcome.HELD_INVALID]
