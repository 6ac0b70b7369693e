"""Sums of business days: the same live and kept, provable from the transfers, written by the close alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connections, transaction

from onecard.cards.models import Card
from onecard.cards.types import CardKind
from onecard.kernel import sql
from onecard.kernel.invariants import run_all
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.types import Entry, Subject, TransferKind
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.types import PurchaseLimits
from onecard.rollups import queries
from onecard.rollups.actions.keep_missing_days import keep_missing_days
from onecard.rollups.models import Day, Movement, Takings
from onecard.rollups.types import Sold
from tests import world as cast
from tests.world import CARD_NO, DAY, NOON, World, broken_invariants, close_day

NEXT = DAY + timedelta(days=1)


def sell(world: World) -> None:
    """Lin buys with both purses, Wang at the shop; Chen's purchase is taken back; one record comes a day late."""
    collect_purchases(
        [
            world.record(1, amount_fen=3_500),
            world.record(1, terminal="shop", who="wang", amount_fen=500, occurred_at=NOON + timedelta(minutes=20)),
            world.record(2, amount_fen=70, occurred_at=NOON - timedelta(days=1)),
        ]
    )
    taken_back = [world.record(3, who="chen", amount_fen=450)]
    authorise_purchases(taken_back, received_at=NOON)
    reverse_purchases(taken_back, received_at=NOON)


def test_the_open_day_live_and_the_same_day_closed_say_the_same(world: World) -> None:
    sell(world)
    live = queries.movements(DAY, DAY), queries.takings(DAY, DAY), queries.day_facts(DAY, DAY)
    close_day(world, DAY, next_date=NEXT)
    assert (queries.movements(DAY, DAY), queries.takings(DAY, DAY), queries.day_facts(DAY, DAY)) == live
    assert Day.objects.get().transfers == sum(one.transfers for one in live[0])
    assert run_all() == []


def test_takings_are_net_by_merchant_quarter_and_weekday(world: World) -> None:
    sell(world)
    taken = queries.takings(DAY, DAY)
    assert taken.units == {world.payable["canteen"]: Sold(3, 1, 3_570), world.payable["shop"]: Sold(1, 0, 500)}
    assert taken.quarters == {48: Sold(2, 1, 3_500), 49: Sold(1, 0, 500)}
    assert taken.hours == {(2, 12): Sold(3, 1, 4_000)}
    assert taken.total == Sold(4, 1, 4_070)


def test_movements_know_subjects_sources_and_units(world: World) -> None:
    sell(world)
    close_day(world, DAY, next_date=NEXT)
    spent = Movement.objects.filter(kind=TransferKind.PURCHASE).order_by("debit_subject", "credit_unit")
    assert {one.source_id for one in spent} == {None}
    assert {(one.debit_subject, one.credit_unit_id): one.amount_fen for one in spent} == {
        (Subject.CASH_PURSE, world.payable["canteen"]): 500 + 70 + 450,
        (Subject.CASH_PURSE, world.payable["shop"]): 500,
        (Subject.SUBSIDY_PURSE, world.payable["canteen"]): 3_000,
    }
    funded = Movement.objects.get(kind=TransferKind.BANK_TRANSFER)
    assert (funded.source_id, funded.debit_subject, funded.amount_fen) == (world.job, Subject.BANK_CLEARING, 75_000)
    assert queries.sums_before(NEXT)[Subject.BANK_CLEARING] == (75_000, 0)


def test_takings_are_prices_without_surcharges(world: World) -> None:
    Card.objects.filter(card_no=CARD_NO["wang"]).update(kind=CardKind.TEMPORARY)
    both, limits = [world.record(seq, who="wang") for seq in (1, 2)], PurchaseLimits(surcharge_bp=1_000)
    authorise_purchases(both, received_at=NOON, limits=limits)
    reverse_purchases(both[1:], received_at=NOON)
    assert queries.takings(DAY, DAY).units == {world.payable["canteen"]: Sold(2, 1, 1_000)}
    close_day(world, DAY, next_date=NEXT)
    [on_top] = Movement.objects.filter(kind=TransferKind.SURCHARGE)
    assert (on_top.debit_subject, on_top.credit_subject, on_top.amount_fen) == (Subject.CASH_PURSE, Subject.CARD_FEES, 200)
    assert run_all() == []


def test_a_refund_that_failed_is_no_reversal_at_a_till(world: World) -> None:
    """A job that reverses under minus a number is no terminal."""
    paid = Entry(world.job, 77, TransferKind.LEAVER_REFUND, world.cash["lin"], world.bank, 100, NOON)
    back = Entry(world.job, -77, TransferKind.REVERSAL, world.bank, world.cash["lin"], 100, NOON)
    post_transfers([paid, back])
    assert queries.takings(DAY, DAY).units == {}


def test_spans_add_up_over_days(world: World) -> None:
    sell(world)
    close_day(world, DAY, next_date=NEXT)
    collect_purchases([world.record(5, amount_fen=30, occurred_at=NOON + timedelta(days=1))])
    both = queries.takings(DAY, NEXT)
    assert both.days == {DAY: Sold(4, 1, 4_070), NEXT: Sold(1, 0, 30)}
    assert [one.day for one in queries.day_facts(DAY, NEXT)] == [DAY, NEXT]
    assert queries.takings(date(2026, 1, 1), date(2026, 1, 31)).total == Sold()


def test_days_from_before_this_room_are_summed_at_install(own_database: str) -> None:
    world = cast.build()
    sell(world)
    close_day(world, DAY, next_date=NEXT)
    kept = list(Movement.objects.values_list("kind", "debit_subject", "amount_fen").order_by("pk"))
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("delete from rollups_day; delete from rollups_movement; delete from rollups_takings")
    connections["owner"].close()
    assert set(broken_invariants()) == {"closed_days_have_their_sums", "movements_equal_transfers"}
    assert (keep_missing_days(), keep_missing_days()) == (1, 0)
    assert list(Movement.objects.values_list("kind", "debit_subject", "amount_fen").order_by("pk")) == kept
    assert Day.objects.get().cards_active is None
    assert run_all() == []


PLANTED = {
    "closed_days_have_their_sums": "delete from rollups_day",
    "movements_equal_transfers": "update rollups_movement set amount_fen = amount_fen + 1 where kind = 2",
    "takings_equal_transfers": "update rollups_takings set quarter = quarter + 1 where quarter = 49",
}


@pytest.mark.parametrize("invariant", PLANTED)
def test_the_invariants_see_what_the_owner_changed(own_world: World, invariant: str) -> None:
    sell(own_world)
    close_day(own_world, DAY, next_date=NEXT)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(PLANTED[invariant])
        found = {path.stem for path in sql.files_in("invariants") if sql.call(path.read_text(encoding="utf-8"), alias="owner")}
        transaction.set_rollback(True, using="owner")
    connections["owner"].close()
    assert invariant in found


def test_nobody_writes_sums_but_the_close(world: World) -> None:
    sell(world)
    for table in ("rollups_day", "rollups_movement", "rollups_takings"):
        for privilege in ("insert", "update", "delete", "truncate"):
            assert sql.call("select has_table_privilege(current_user, %t, %t)", [table, privilege]) == [(False,)]
    close_day(world, DAY, next_date=NEXT)
    kept = Takings.objects.count()
    assert sql.call("select rollups_keep_day_v1(%b::date, 'UTC', 9, 9, 9, 9, 9, 9)", [DAY]) == [(False,)]
    assert Takings.objects.count() == kept


def test_the_owner_is_refused_too(own_world: World) -> None:
    close_day(own_world, DAY, next_date=NEXT)
    refused = pytest.raises(DatabaseError, match="append-only")
    with refused, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("update rollups_day set transfers = 0")
    connections["owner"].close()
