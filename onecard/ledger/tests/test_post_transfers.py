"""ledger.post_transfers: outcomes by (source, number), events of several legs, repeats in one call."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import psycopg
import pytest
from django.db import transaction

from onecard.ledger import queries
from onecard.ledger.actions.post_transfers import MAX_ENTRIES, post_transfers
from onecard.ledger.models import Account, Transfer
from onecard.ledger.types import SHARED_ACCOUNT_BASE, Entry, PostingOutcome, Subject, TransferKind
from tests.world import DAY, NOON, World, broken_invariants

POSTED, REPEATED, CONFLICT = PostingOutcome.POSTED, PostingOutcome.REPEATED, PostingOutcome.CONFLICT


def entry(world: World, seq: int, *, amount_fen: int = 100, leg: int = 1, who: str = "wang") -> Entry:
    return Entry(world.job, seq, TransferKind.BANK_TRANSFER, world.bank, world.cash[who], amount_fen, NOON, leg=leg)


def test_posted_then_repeated_then_conflict(world: World) -> None:
    first = entry(world, 500)
    assert post_transfers([first]) == [POSTED]
    assert post_transfers([first]) == [REPEATED]
    assert post_transfers([dataclasses.replace(first, amount_fen=101)]) == [CONFLICT]
    assert queries.balance_of(world.cash["wang"]) == 10_100


@pytest.mark.parametrize(
    "change",
    [
        {"kind": TransferKind.CASH_DEPOSIT},
        {"amount_fen": 101},
        {"occurred_at": NOON + timedelta(microseconds=1)},
        {"reverses_id": 1},
        {"leg": 2},
    ],
)
def test_any_changed_field_is_a_conflict(world: World, change: dict[str, object]) -> None:
    first = entry(world, 500)
    post_transfers([first])
    assert post_transfers([dataclasses.replace(first, **change)]) == [CONFLICT]  # type: ignore[arg-type]
    assert broken_invariants() == {}


def test_a_conflict_in_one_leg_stops_the_whole_event_and_no_other(world: World) -> None:
    post_transfers([entry(world, 500, leg=1)])
    before = Transfer.objects.count()
    event = [entry(world, 500, leg=1), entry(world, 500, leg=2)]
    assert post_transfers([*event, entry(world, 501)]) == [CONFLICT, CONFLICT, POSTED]
    assert Transfer.objects.count() == before + 1


def test_an_event_of_several_legs_is_repeated_as_a_whole(world: World) -> None:
    event = [entry(world, 500, leg=1), entry(world, 500, leg=2, who="chen")]
    assert post_transfers(event) == [POSTED, POSTED]
    assert post_transfers(event[::-1]) == [REPEATED, REPEATED]
    assert [leg.leg for leg in queries.transfers_of(world.job, 500)] == [1, 2]


def test_the_same_event_twice_in_one_call_is_booked_once(world: World) -> None:
    event = [entry(world, 500, leg=1), entry(world, 500, leg=2, who="chen")]
    assert post_transfers([*event, *event]) == [POSTED, POSTED, REPEATED, REPEATED]
    assert queries.balance_of(world.cash["wang"]) == 10_100


def test_one_number_with_two_contents_in_one_call_books_neither(world: World) -> None:
    rivals = [entry(world, 500), entry(world, 500, amount_fen=7), entry(world, 501)]
    assert post_transfers(rivals) == [CONFLICT, CONFLICT, POSTED]
    assert queries.transfers_of(world.job, 500) == []


def test_answers_come_in_the_order_given(world: World) -> None:
    post_transfers([entry(world, 502)])
    mixed = [entry(world, 503), entry(world, 502), entry(world, 501), entry(world, 502, amount_fen=1)]
    assert post_transfers(mixed) == [POSTED, CONFLICT, POSTED, CONFLICT]
    assert post_transfers([entry(world, 503), entry(world, 502), entry(world, 504)]) == [REPEATED, REPEATED, POSTED]


def test_a_reversal_points_to_what_it_reverses_and_only_once(world: World) -> None:
    post_transfers([entry(world, 500)])
    [wrong] = queries.transfers_of(world.job, 500)
    back = Entry(world.job, 501, TransferKind.REVERSAL, world.cash["wang"], world.bank, 100, NOON, reverses_id=wrong.pk)
    assert post_transfers([back]) == [POSTED]
    assert queries.balance_of(world.cash["wang"]) == 10_000
    with pytest.raises(psycopg.errors.UniqueViolation) as refused, transaction.atomic():
        post_transfers([dataclasses.replace(back, source_seq=502)])
    assert refused.value.diag.constraint_name == "transfer_is_reversed_once"


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"amount_fen": 0}, "transfer_amount_is_positive"),
        ({"amount_fen": -1}, "transfer_amount_is_positive"),
        ({"debit_account_id": 1, "credit_account_id": 1}, "transfer_has_two_different_accounts"),
    ],
)
def test_constraints_refuse_by_name(world: World, change: dict[str, int], constraint: str) -> None:
    wrong = dataclasses.replace(entry(world, 500), **change)  # type: ignore[arg-type]
    with pytest.raises(psycopg.errors.CheckViolation) as refused, transaction.atomic():
        post_transfers([wrong])
    assert refused.value.diag.constraint_name == constraint


@pytest.mark.parametrize("change", [{"debit_account_id": 987}, {"credit_account_id": 987}, {"source_id": 987_654}])
def test_strangers_are_refused(world: World, change: dict[str, int]) -> None:
    with pytest.raises(psycopg.Error) as refused, transaction.atomic():
        post_transfers([dataclasses.replace(entry(world, 500), **change)])  # type: ignore[arg-type]
    assert refused.value.sqlstate == "OC002"


def test_nothing_and_too_much(world: World) -> None:
    assert post_transfers([]) == []
    with pytest.raises(ValueError, match="at most"):
        post_transfers([entry(world, 500)] * (MAX_ENTRIES + 1))


def test_hot_accounts_have_the_higher_ids(world: World) -> None:
    """Locks are taken in id order, so the accounts that everybody needs come last."""
    purses = Account.objects.filter(subject__in=[Subject.CASH_PURSE, Subject.SUBSIDY_PURSE])
    shared = Account.objects.exclude(subject__in=[Subject.CASH_PURSE, Subject.SUBSIDY_PURSE])
    assert all(account.pk < SHARED_ACCOUNT_BASE for account in purses)
    assert all(account.pk > SHARED_ACCOUNT_BASE for account in shared)
    assert purses.exists()
    assert shared.exists()
    assert all(account.side == Subject(account.subject).normal_side for account in Account.objects.all())


def test_the_trial_balance_of_the_open_day(world: World) -> None:
    lines = {line.subject: line for line in queries.trial_balance()}
    bank, purses = lines[Subject.BANK_CLEARING], lines[Subject.CASH_PURSE]
    assert (bank.opening_fen, bank.debits_fen, bank.credits_fen, bank.closing_fen) == (0, 75_000, 0, 75_000)
    assert (purses.opening_fen, purses.debits_fen, purses.credits_fen, purses.closing_fen) == (0, 0, 75_000, 75_000)
    assert queries.trial_balance(DAY - timedelta(days=1)) == []
