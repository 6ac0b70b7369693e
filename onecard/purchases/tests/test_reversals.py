"""Reversals: every outcome through the database, every order of arrival, and what stands in the books afterwards."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import TransferKind
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.book_batch import MAX_RECORDS
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.models import Purchase, Reversal
from onecard.purchases.types import Flag, Outcome, PinCheck, PurchaseLimits, PurchaseMode, Result, ReversalOutcome
from onecard.terminals import queries as terminals
from onecard.terminals.models import Terminal
from onecard.terminals.types import MAX_SEQ, SEQ_PER_BATCH, Gap, TerminalRecord
from tests.world import DAY, NOON, UNKNOWN_CARD, World, balances, broken_invariants, close_day

LATER = NOON + timedelta(hours=24)
TOO_LATE = LATER + timedelta(microseconds=1)
REVERSED = Result(Outcome.REPEATED, Outcome.DECLINED_REVERSED, Flag(0))


def authorise(*records: TerminalRecord) -> list[Result]:
    results = authorise_purchases(records, pins=[PinCheck.RIGHT] * len(records), received_at=NOON)
    assert broken_invariants() == {}
    return results


def collect(*records: TerminalRecord) -> list[Result]:
    results = collect_purchases(records, received_at=NOON)
    assert broken_invariants() == {}
    return results


def reverse(*records: TerminalRecord, late: bool = False) -> list[ReversalOutcome]:
    outcomes = reverse_purchases(records, received_at=TOO_LATE if late else LATER)
    assert broken_invariants() == {}
    return outcomes


def nothing(*records: TerminalRecord) -> None:
    pass


def reverse_before(*records: TerminalRecord) -> None:
    reverse(*records)


@pytest.mark.parametrize(
    ("before", "changed", "late", "expected"),
    [
        (authorise, {}, False, ReversalOutcome.REVERSED),
        (authorise, {}, True, ReversalOutcome.REFUSED_TOO_LATE),
        (authorise, {"amount_fen": 4_001}, True, ReversalOutcome.REFUSED_CONFLICT),
        (authorise, {"card_no": 1_002}, False, ReversalOutcome.REFUSED_CONFLICT),
        (authorise, {"card_no": UNKNOWN_CARD}, False, ReversalOutcome.REFUSED_CONFLICT),
        (authorise, {"occurred_at": NOON + timedelta(microseconds=1)}, False, ReversalOutcome.REFUSED_CONFLICT),
        (collect, {}, False, ReversalOutcome.REFUSED_COLLECTED),
        (collect, {}, True, ReversalOutcome.REFUSED_COLLECTED),
        (collect, {"amount_fen": 1}, False, ReversalOutcome.REFUSED_CONFLICT),
        (nothing, {}, False, ReversalOutcome.NOTHING_BOOKED),
        (nothing, {}, True, ReversalOutcome.NOTHING_BOOKED),
        (nothing, {"card_no": UNKNOWN_CARD}, False, ReversalOutcome.NOTHING_BOOKED),
        (reverse_before, {}, False, ReversalOutcome.REPEATED),
        (reverse_before, {}, True, ReversalOutcome.REPEATED),
        (reverse_before, {"amount_fen": 1}, False, ReversalOutcome.REFUSED_CONFLICT),
    ],
)
def test_outcomes(
    world: World, before: Callable[..., object], changed: dict[str, object], *, late: bool, expected: ReversalOutcome
) -> None:
    original = world.record(1, amount_fen=4_000)
    start = balances(world)
    before(original)
    booked, held = balances(world), ledger.held_count()
    reversal = dataclasses.replace(original, **changed)  # type: ignore[arg-type]
    assert reverse(reversal, late=late) == [expected]
    assert balances(world) == (start if expected is ReversalOutcome.REVERSED else booked)
    assert ledger.held_count() == held + expected.is_held
    again = expected if expected.is_held else ReversalOutcome.REPEATED
    assert reverse(reversal, late=late) == [again]
    assert ledger.held_count() == held + expected.is_held, "held once"


@pytest.mark.parametrize(
    ("who", "terminal"), [("lost", "plain"), ("gao", "plain"), (UNKNOWN_CARD, "plain"), ("lin", "disabled"), ("lin", "night")]
)
def test_a_declined_request_is_reversed_too(world: World, who: str | int, terminal: str) -> None:
    record = world.record(1, who=who, terminal=terminal)
    [declined] = authorise(record)
    assert reverse(record) == [ReversalOutcome.NOTHING_BOOKED]
    assert Purchase.objects.get().outcome == declined.outcome, "the first answer stays as it was"
    assert authorise(record) == [REVERSED]
    assert collect(record) == [REVERSED]


def test_the_terminals_and_the_cards_state_do_not_matter(world: World) -> None:
    record = world.record(1)
    start = balances(world)
    authorise(record)
    Terminal.objects.filter(code="plain").update(state=2)
    assert reverse(record) == [ReversalOutcome.REVERSED]
    assert balances(world) == start


def test_both_legs_go_back_under_minus_the_number(world: World) -> None:
    record = world.record(7, amount_fen=4_000, batch_no=3)
    authorise(record)
    reverse(record)
    [source] = terminals.sources_of([record.terminal_id]).values()
    there, back = (ledger.transfers_of(source, sign * (3 * SEQ_PER_BATCH + 7)) for sign in (1, -1))
    assert [(leg.leg, leg.amount_fen) for leg in there] == [(1, 3_000), (2, 1_000)]
    assert [
        (leg.kind, leg.leg, leg.amount_fen, leg.debit_account_id, leg.credit_account_id, leg.reverses_id) for leg in back
    ] == [(TransferKind.REVERSAL, leg.leg, leg.amount_fen, leg.credit_account_id, leg.debit_account_id, leg.pk) for leg in there]
    assert {(leg.occurred_at, leg.received_at, leg.business_date) for leg in back} == {(NOON, LATER, DAY)}
    kept = Reversal.objects.get()
    assert (kept.outcome, kept.amount_fen, kept.received_at, kept.business_date) == (
        ReversalOutcome.REVERSED,
        4_000,
        LATER,
        DAY,
    )


def test_a_reversal_that_comes_first_leaves_a_declined_purchase(world: World) -> None:
    record = world.record(3, who=UNKNOWN_CARD)
    assert reverse(record) == [ReversalOutcome.NOTHING_BOOKED]
    kept = Purchase.objects.get()
    assert (kept.mode, kept.outcome, kept.card_id) == (PurchaseMode.ONLINE, Outcome.DECLINED_REVERSED, None)
    assert (kept.subsidy_fen, kept.cash_fen, kept.lost_fen, kept.merchant.code) == (0, 0, 0, "canteen")
    assert terminals.gaps() == [Gap(record.terminal_id, 1, 1, 2)], "the number is in the sequence watch"
    assert Reversal.objects.get().amount_fen == 0


def test_it_wins_in_any_order_of_arrival(world: World) -> None:
    """Unless the record came as a fact first: then a person decides."""
    record, start = world.record(1), balances(world)
    doors: dict[str, Callable[..., object]] = {"ask": authorise, "collect": collect, "reverse": reverse}
    for order in itertools.permutations(["ask", "ask", "collect", "reverse"]):
        with transaction.atomic():
            for step in order:
                doors[step](record)
            if order[0] == "collect":
                assert balances(world)["canteen"] == 1_000
                assert [held.reason for held in HeldRecord.objects.all()] == ["REFUSED_COLLECTED"]
            else:
                assert balances(world) == start
                assert ledger.held_count() == 0
                assert authorise(record) == collect(record) == [REVERSED]
            transaction.set_rollback(True)


def test_other_content_under_a_reversed_number_is_a_conflict(world: World) -> None:
    reverse(world.record(1))
    other = world.record(1, amount_fen=1_001)
    assert authorise(other) == [Result(Outcome.CONFLICT, None, Flag(0))]
    assert collect(other) == [Result(Outcome.HELD_CONFLICT, None, Flag(0))]
    assert ledger.held_count() == 2


def test_what_a_refused_reversal_said_is_kept(world: World) -> None:
    collect(world.record(1))
    reverse(world.record(1))
    held = HeldRecord.objects.get()
    assert (held.reason, held.source_seq, held.owner_post) == ("REFUSED_COLLECTED", SEQ_PER_BATCH + 1, "settlement_clerk")
    assert held.raw == {
        "terminal_id": world.terminals["plain"],
        "batch_no": 1,
        "seq": 1,
        "card_no": 1_001,
        "amount_fen": 1_000,
        "occurred_at": "2026-09-01T04:00:00+00:00",
        "reversal": True,
    }


def test_one_number_many_times_in_one_batch(world: World) -> None:
    original, other = world.record(1), world.record(1, who="wang")
    authorise(original)
    assert reverse(other, original, original, other, world.record(2), world.record(2)) == [
        ReversalOutcome.REFUSED_CONFLICT,
        ReversalOutcome.REVERSED,
        ReversalOutcome.REPEATED,
        ReversalOutcome.REFUSED_CONFLICT,
        ReversalOutcome.NOTHING_BOOKED,
        ReversalOutcome.REPEATED,
    ]
    assert Transfer.objects.filter(kind=TransferKind.REVERSAL).count() == 1
    assert ledger.held_count() == 1


def test_a_batch_of_every_outcome_comes_in_its_order(world: World) -> None:
    asked = [world.record(seq, who="wang", amount_fen=seq, terminal=("plain", "shop")[seq % 2]) for seq in range(1, 61)]
    authorise(*asked[:40])
    collect(*asked[40:50])
    sent = [*(dataclasses.replace(one, amount_fen=9_999) for one in asked[:10]), *asked[10:]]
    expected = [
        *[ReversalOutcome.REFUSED_CONFLICT] * 10,
        *[ReversalOutcome.REVERSED] * 30,
        *[ReversalOutcome.REFUSED_COLLECTED] * 10,
        *[ReversalOutcome.NOTHING_BOOKED] * 10,
    ]
    assert reverse(*sent[::-1]) == expected[::-1]
    assert balances(world)["wang"] == 10_000 - sum(range(1, 11)) - sum(range(41, 51))


def test_a_purchase_of_a_closed_day_is_reversed_on_the_open_one(world: World) -> None:
    record = world.record(1)
    authorise(record)
    close_day(world, DAY, next_date=DAY + timedelta(days=1))
    assert reverse(record) == [ReversalOutcome.REVERSED]
    back = Transfer.objects.get(kind=TransferKind.REVERSAL)
    assert (back.business_date, back.occurred_at) == (DAY + timedelta(days=1), NOON)


def test_the_days_spending_is_not_lowered(world: World) -> None:
    first, second = world.record(1, amount_fen=4_000), world.record(2, amount_fen=2_000)
    authorise(first)
    reverse(first)
    [asked] = authorise_purchases([second], received_at=NOON)
    assert asked.outcome is Outcome.DECLINED_PIN_REQUIRED


def test_the_policy_says_how_late(world: World) -> None:
    record = world.record(1)
    authorise(record)
    limits = PurchaseLimits(max_reversal_age_s=60)
    assert reverse_purchases([record], received_at=NOON + timedelta(seconds=61), limits=limits) == [
        ReversalOutcome.REFUSED_TOO_LATE
    ]
    assert reverse_purchases([record], received_at=NOON + timedelta(seconds=60), limits=limits) == [ReversalOutcome.REVERSED]


def test_impossible_reversals_are_named(world: World) -> None:
    record = world.record(1)
    impossible: tuple[dict[str, Any], ...] = (
        {"seq": 0},
        {"seq": MAX_SEQ + 1},
        {"batch_no": -1},
        {"amount_fen": 0},
        {"card_no": -1},
    )
    for wrong in impossible:
        with pytest.raises(ValueError, match=r"record 2: .* out of bounds"):
            reverse_purchases([record, dataclasses.replace(record, **wrong)])
    with pytest.raises(ValueError, match=f"at most {MAX_RECORDS}"):
        reverse_purchases([record] * (MAX_RECORDS + 1))
    with pytest.raises(ValueError, match="not registered"), transaction.atomic():
        reverse_purchases([record, dataclasses.replace(record, terminal_id=0)])
    assert reverse_purchases([]) == []
    assert Reversal.objects.count() == 0


@pytest.mark.parametrize("what", ["update {} set amount_fen = 1", "delete from {}", "truncate {}"])
def test_nobody_changes_a_reversal(own_world: World, what: str) -> None:
    statement = what.format("purchases_reversal")
    authorise(own_world.record(1))
    reverse(own_world.record(1))
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connections["default"].connection.execute(statement)
    connections["default"].connection.rollback()
    connections["owner"].ensure_connection()
    with pytest.raises(psycopg.DatabaseError, match="append-only"):
        connections["owner"].connection.execute(statement)
    connections["owner"].connection.rollback()
