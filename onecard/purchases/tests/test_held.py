"""Settling held records: booked as they stand, booked with corrections, written off; and what happens when they come again."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.issue_card import issue_card
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.hold_records import hold_records
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import SettledAs, TransferKind
from onecard.purchases import rules
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.book_held_record import book_held_record
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.correct_held_record import correct_held_record
from onecard.purchases.actions.write_off_held_record import write_off_held_record
from onecard.purchases.models import Purchase
from onecard.purchases.types import HELD_WORDS, Flag, HeldOutcome, Outcome, PurchaseLimits, Result
from onecard.terminals.types import TerminalRecord
from tests.parallel import at_once
from tests.world import CARD_NO, NOON, UNKNOWN_CARD, World, balances, broken_invariants

LATER = NOON + timedelta(hours=6)


def collect(record: TerminalRecord) -> Result:
    [result] = collect_purchases([record], received_at=NOON)
    return result


def hold(record: TerminalRecord) -> HeldRecord:
    """Collect a record that must be held."""
    assert collect(record).outcome.is_held
    return HeldRecord.objects.latest("pk")


def book(world: World, held: HeldRecord) -> HeldOutcome:
    outcome = book_held_record(world.cast.clerk, held.pk)
    assert broken_invariants() == {}
    return outcome


def correct(
    world: World, held: HeldRecord, *, who: str | int = "lin", amount_fen: int = 1_000, at: datetime = NOON
) -> HeldOutcome:
    card_no = CARD_NO[who] if isinstance(who, str) else who
    with clock.at(LATER):
        outcome = correct_held_record(
            world.cast.clerk, held.pk, card_no=card_no, amount_fen=amount_fen, occurred_at=at.isoformat()
        )
    assert broken_invariants() == {}
    return outcome


def write_off(world: World, held: HeldRecord) -> HeldOutcome:
    outcome = write_off_held_record(world.cast.clerk, held.pk, reason="a test card")
    assert broken_invariants() == {}
    return outcome


def know_the_card(world: World) -> None:
    """The unknown card turns out to be an eleventh one of Lin's department, handed out late."""
    issue_card(world.cast.clerk, UNKNOWN_CARD, person_id=world.people["gao"])
    activate_card(world.cast.clerk, UNKNOWN_CARD)


def earned(world: World) -> int:
    found = balances(world)
    return found["canteen"] + found["shop"]


def settled(held: HeldRecord) -> tuple[str, str]:
    held.refresh_from_db()
    assert held.settled_at is not None
    return held.settled_as, held.settled_by


def hold_conflict(world: World, **other: object) -> HeldRecord:
    """Record 1 is booked for Lin with 10.00, then comes with other content."""
    assert collect(world.record(1)).outcome is Outcome.BOOKED
    return hold(world.record(1, **{"amount_fen": 999, **other}))  # type: ignore[arg-type]


def hold_funding(world: World) -> HeldRecord:
    """A bank's line for nobody, as the room `funding` holds it."""
    raw = {"kind": "BANK_TRANSFER", "source_seq": 1, "person_id": 10**9, "amount_fen": 500, "occurred_at": NOON.isoformat()}
    hold_records([(world.job, 1, raw)], reason="UNKNOWN_PERSON", owner_post="settlement_clerk", received_at=NOON)
    return HeldRecord.objects.latest("pk")


def test_a_record_is_booked_once_its_card_is_known(world: World) -> None:
    record = world.record(1, who=UNKNOWN_CARD)
    held = hold(record)
    assert book(world, held) is HeldOutcome.REFUSED_UNKNOWN_CARD
    assert ledger.held_count() == 1
    know_the_card(world)
    assert book(world, held) is HeldOutcome.BOOKED
    assert settled(held) == (SettledAs.BOOKED, "clerk")
    assert (balances(world)["gao"], earned(world)) == (9_000, 1_000)
    assert book(world, held) is HeldOutcome.REPEATED
    assert collect(record) == Result(Outcome.REPEATED, Outcome.BOOKED, Flag(0))
    assert (earned(world), ledger.held_count()) == (1_000, 0)


@pytest.mark.parametrize("off_by", [timedelta(days=30), timedelta(days=-500), timedelta(days=20_000)])
def test_a_terminal_with_a_wrong_clock(world: World, off_by: timedelta) -> None:
    held = hold(world.record(1, occurred_at=NOON + off_by))
    assert held.reason == "HELD_INVALID"
    assert book(world, held) in (HeldOutcome.BOOKED, HeldOutcome.BOOKED_FLAGGED)
    [transfer] = Transfer.objects.filter(kind=TransferKind.PURCHASE)
    assert (transfer.occurred_at, transfer.received_at, transfer.amount_fen) == (NOON + off_by, NOON, 1_000)


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda world: hold(world.record(1, good_mac=False)), HeldOutcome.REFUSED_BAD_MAC),
        (lambda world: hold(world.record(1, amount_fen=0)), HeldOutcome.REFUSED_AMOUNT),
        (lambda world: hold(world.record(1, amount_fen=-5)), HeldOutcome.REFUSED_AMOUNT),
        (lambda world: hold(world.record(1, amount_fen=100_001)), HeldOutcome.REFUSED_AMOUNT),
        (lambda world: hold(world.record(1, occurred_at=NOON - timedelta(days=40_000))), HeldOutcome.REFUSED_MOMENT),
        (lambda world: hold(world.record(1, who=UNKNOWN_CARD)), HeldOutcome.REFUSED_UNKNOWN_CARD),
        (hold_conflict, HeldOutcome.REFUSED_NUMBER_TAKEN),
        (hold_funding, HeldOutcome.REFUSED_NOT_A_PURCHASE),
    ],
)
def test_what_cannot_be_booked_as_it_stands_goes_on_waiting(
    world: World, make: Callable[[World], HeldRecord], expected: HeldOutcome
) -> None:
    held = make(world)
    before = (balances(world), Purchase.objects.count(), HeldRecord.objects.count())
    assert book(world, held) is expected
    assert (balances(world), Purchase.objects.count(), HeldRecord.objects.count()) == before
    assert ledger.held_count() == 1


def test_an_online_request_that_was_a_conflict_is_not_booked_as_it_stands(world: World) -> None:
    authorise_purchases([world.record(1)], received_at=NOON)
    [answer] = authorise_purchases([world.record(1, amount_fen=999)], received_at=NOON)
    assert answer.outcome is Outcome.CONFLICT
    assert book(world, HeldRecord.objects.get()) is HeldOutcome.REFUSED_NUMBER_TAKEN
    assert correct(world, HeldRecord.objects.get(), amount_fen=999) is HeldOutcome.CORRECTED


@pytest.mark.parametrize("settle", [book, correct, write_off])
def test_what_came_again_and_was_booked_meanwhile_is_not_booked_twice(world: World, settle: Callable[..., HeldOutcome]) -> None:
    record = world.record(1, who=UNKNOWN_CARD)
    held = hold(record)
    know_the_card(world)
    assert collect(record).outcome is Outcome.BOOKED
    arguments = {"who": UNKNOWN_CARD} if settle is correct else {}
    assert settle(world, held, **arguments) is HeldOutcome.BOOKED_BEFORE
    assert settled(held)[0] == SettledAs.BOOKED
    assert earned(world) == 1_000


def test_a_torn_record_is_booked_with_corrections_under_its_own_number(world: World) -> None:
    held = hold(world.record(1, amount_fen=99_999, good_mac=False))
    assert correct(world, held, amount_fen=1_000) is HeldOutcome.BOOKED
    assert settled(held) == (SettledAs.BOOKED, "clerk")
    assert (balances(world)["lin subsidy"], earned(world)) == (2_000, 1_000)
    assert collect(world.record(1, amount_fen=1_000)).outcome is Outcome.REPEATED, "the terminal sends it whole"
    assert collect(world.record(1, amount_fen=99_999, good_mac=False)).outcome is Outcome.HELD_BAD_MAC
    assert (earned(world), ledger.held_count()) == (1_000, 0)


def test_a_record_that_was_corrected_comes_again_as_it_was(world: World) -> None:
    record = world.record(1, who=UNKNOWN_CARD)
    assert correct(world, hold(record)) is HeldOutcome.BOOKED
    know_the_card(world)
    assert collect(record).outcome is Outcome.HELD_CONFLICT
    assert (earned(world), ledger.held_count(), HeldRecord.objects.count()) == (1_000, 0, 1)


def test_when_its_number_is_taken_it_is_booked_as_a_correction(world: World) -> None:
    held = hold_conflict(world)
    record = world.record(1, amount_fen=999)
    assert correct(world, held, amount_fen=2_500, at=NOON + timedelta(minutes=1)) is HeldOutcome.CORRECTED
    assert settled(held) == (SettledAs.CORRECTED, "clerk")
    legs = Transfer.objects.filter(kind=TransferKind.CORRECTION).order_by("leg").select_related("source")
    assert [(leg.source.name, leg.source_seq, leg.leg, leg.debit_account_id, leg.amount_fen) for leg in legs] == [
        ("held records", held.pk, 1, world.subsidy["lin"], 2_000),
        ("held records", held.pk, 2, world.cash["lin"], 500),
    ]
    assert earned(world) == 3_500
    assert correct(world, held) is HeldOutcome.REPEATED
    assert collect(record).outcome is Outcome.HELD_CONFLICT, "it comes again"
    assert (earned(world), ledger.held_count()) == (3_500, 0)


@pytest.mark.parametrize(
    ("who", "version", "payers"),
    [
        ("wang", None, {"wang": -12_000}),
        ("lost", None, {"losses": 12_000}),
        ("lost", 0, {"lost subsidy": -500, "lost": -11_500}),
    ],
)
def test_who_pays_a_correction(world: World, who: str, version: int | None, payers: dict[str, int]) -> None:
    """As a purchase: it may overdraw, and after a loss report took effect the centre bears it."""
    held = hold_conflict(world, blacklist_version=version)
    before = balances(world)
    assert correct(world, held, who=who, amount_fen=12_000) is HeldOutcome.CORRECTED
    moved = {name: fen - before[name] for name, fen in balances(world).items() if fen != before[name]}
    assert moved == {**payers, "canteen": 12_000}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"amount_fen": 0}, HeldOutcome.REFUSED_AMOUNT),
        ({"amount_fen": 10_000_001}, HeldOutcome.REFUSED_AMOUNT),
        ({"at": LATER + timedelta(seconds=1)}, HeldOutcome.REFUSED_MOMENT),
        ({"at": NOON - timedelta(days=40_000)}, HeldOutcome.REFUSED_MOMENT),
        ({"who": UNKNOWN_CARD}, HeldOutcome.REFUSED_UNKNOWN_CARD),
    ],
)
def test_corrections_that_cannot_be(world: World, change: dict[str, object], expected: HeldOutcome) -> None:
    held = hold(world.record(1, good_mac=False))
    assert correct(world, held, **change) is expected  # type: ignore[arg-type]
    assert (earned(world), ledger.held_count(), HeldRecord.objects.count()) == (0, 1, 1)


def test_what_is_no_purchase_can_only_be_written_off(world: World) -> None:
    held = hold_funding(world)
    assert correct(world, held) is HeldOutcome.REFUSED_NOT_A_PURCHASE
    assert write_off(world, held) is HeldOutcome.WRITTEN_OFF
    assert hold_funding(world).pk == held.pk, "the bank sends the line again"
    assert ledger.held_count() == 0
    assert correct(world, held) is HeldOutcome.REPEATED


def test_a_moment_needs_its_zone(world: World) -> None:
    held = hold(world.record(1, good_mac=False))
    with pytest.raises(ValueError, match="time zone"):
        correct_held_record(world.cast.clerk, held.pk, card_no=1001, amount_fen=1, occurred_at="2026-09-01T12:00:00")


def test_what_was_written_off_is_not_booked_when_it_comes_again(world: World) -> None:
    record = world.record(1, who=UNKNOWN_CARD)
    held = hold(record)
    assert write_off(world, held) is HeldOutcome.WRITTEN_OFF
    assert settled(held) == (SettledAs.WRITTEN_OFF, "clerk")
    assert write_off(world, held) is HeldOutcome.REPEATED
    know_the_card(world)
    assert collect(record) == Result(Outcome.REPEATED, Outcome.WRITTEN_OFF, Flag(0))
    assert collect(world.record(1)).outcome is Outcome.HELD_CONFLICT, "other content under its number waits for a person"
    assert (earned(world), ledger.held_count()) == (0, 1)
    assert correct(world, HeldRecord.objects.latest("pk")) is HeldOutcome.CORRECTED
    assert earned(world) == 1_000


def test_a_moment_that_was_ahead_is_not_booked_later_when_it_was_written_off(world: World) -> None:
    record = world.record(1, occurred_at=NOON + timedelta(days=1))
    write_off(world, hold(record))
    [again] = collect_purchases([record], received_at=NOON + timedelta(days=2))
    assert again == Result(Outcome.REPEATED, Outcome.WRITTEN_OFF, Flag(0))


@pytest.mark.parametrize("change", [{"amount_fen": 0}, {"good_mac": False}])
def test_what_could_never_be_booked_takes_no_number(world: World, change: dict[str, object]) -> None:
    record = world.record(1, **change)  # type: ignore[arg-type]
    write_off(world, hold(record))
    assert collect(record).outcome.is_held
    assert ledger.held_count() == 0, "settled is settled"
    assert collect(world.record(1)).outcome is Outcome.BOOKED, "the terminal's true record"


def test_a_conflict_that_was_written_off(world: World) -> None:
    held = hold_conflict(world)
    assert write_off(world, held) is HeldOutcome.WRITTEN_OFF
    assert collect(world.record(1, amount_fen=999)).outcome is Outcome.HELD_CONFLICT
    assert (earned(world), ledger.held_count()) == (1_000, 0)


def test_the_same_content_held_for_two_reasons_is_settled_together(world: World) -> None:
    record = world.record(1, who=UNKNOWN_CARD)
    first = hold(record)
    collect(world.record(1))
    second = hold(record)
    assert (first.reason, second.reason) == ("HELD_UNKNOWN_CARD", "HELD_CONFLICT")
    assert correct(world, first, who="wang") is HeldOutcome.CORRECTED
    assert correct(world, second, who="wang") is HeldOutcome.REPEATED
    assert earned(world) == 2_000


def test_operators_correct_and_write_off_only_by_approval(world: World) -> None:
    held = hold(world.record(1, good_mac=False))
    names = frozenset({"purchases.correct_held_record", "purchases.write_off_held_record"})
    clerk = Actor(operator_id=1, name="settlement", permissions=names)
    with pytest.raises(NotPermitted):
        write_off_held_record(clerk, held.pk, reason="x")
    with pytest.raises(NotPermitted):
        correct_held_record(clerk, held.pk, card_no=1001, amount_fen=1, occurred_at=NOON.isoformat())
    with pytest.raises(NotPermitted):
        book_held_record(world.cast.outsider, held.pk)
    assert ledger.held_count() == 1


@pytest.mark.parametrize("settle", [book, correct])
def test_clerks_at_once_book_it_once(own_world: World, settle: Callable[..., HeldOutcome]) -> None:
    held = hold(own_world.record(1, who=UNKNOWN_CARD))
    know_the_card(own_world)
    arguments = {"who": UNKNOWN_CARD} if settle is correct else {}
    outcomes = at_once([partial(settle, own_world, held, **arguments) for _ in range(4)])
    assert sorted(outcome.name for outcome in outcomes) == ["BOOKED", "REPEATED", "REPEATED", "REPEATED"]
    assert earned(own_world) == 1_000


def test_clerks_and_the_terminal_at_once_book_a_number_once(own_world: World) -> None:
    """Two contents under one number, both held; two clerks book them while the terminal sends a third."""
    held = [hold(own_world.record(1, who=UNKNOWN_CARD, amount_fen=fen)) for fen in (100, 200)]
    know_the_card(own_world)
    third = own_world.record(1, amount_fen=400)
    act = own_world.cast.clerk
    attempts: list[Callable[[], HeldOutcome | Outcome]] = [
        partial(book_held_record, act, held[0].pk),
        partial(book_held_record, act, held[1].pk),
        lambda: collect(third).outcome,
    ]
    assert [outcome.name for outcome in at_once(attempts)].count("BOOKED") == 1
    assert Transfer.objects.filter(kind=TransferKind.PURCHASE).count() == 1


def test_correcting_and_writing_off_at_once_settle_it_once(own_world: World) -> None:
    held = hold_conflict(own_world)
    with_correction = partial(correct, own_world, held)
    outcomes = at_once([with_correction, partial(write_off, own_world, held), with_correction])
    corrections = Transfer.objects.filter(kind=TransferKind.CORRECTION).count()
    assert sorted(outcome.name for outcome in outcomes)[1:] in (["REPEATED"] * 2, ["REPEATED", "WRITTEN_OFF"])
    assert corrections == [outcome.name for outcome in outcomes].count("CORRECTED")


FACTS = {
    "is_settled": (True, HeldOutcome.REPEATED),
    "is_purchase": (False, HeldOutcome.REFUSED_NOT_A_PURCHASE),
    "has_right_mac": (False, HeldOutcome.REFUSED_BAD_MAC),
    "amount_fen": (0, HeldOutcome.REFUSED_AMOUNT),
    "is_moment_plausible": (False, HeldOutcome.REFUSED_MOMENT),
    "knows_card": (False, HeldOutcome.REFUSED_UNKNOWN_CARD),
}


@pytest.mark.parametrize("as_it_stands", [True, False])
def test_refusals_come_in_the_order_of_the_enum(as_it_stands: bool) -> None:
    order = list(HeldOutcome)
    for count in range(len(FACTS) + 1):
        for wrong in itertools.combinations(FACTS, count):
            facts = rules.HeldFacts(**{name: FACTS[name][0] for name in wrong})  # type: ignore[arg-type]
            applying = {FACTS[name][1] for name in wrong}
            if not as_it_stands:
                applying -= {HeldOutcome.REFUSED_BAD_MAC}
            judged = rules.judge_booking(facts, as_it_stands=as_it_stands, limits=PurchaseLimits())
            assert judged is min(applying, key=order.index, default=None)


def test_every_outcome_has_words() -> None:
    assert set(HELD_WORDS) == {outcome.name for outcome in HeldOutcome}
