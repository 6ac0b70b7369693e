"""terminals.move_terminal: sales follow the merchant at `occurred_at`, whenever and through whichever door they come."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from onecard.kernel import clock
from onecard.merchants.queries import merchant_with
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.models import Purchase
from onecard.terminals.actions.move_terminal import move_terminal
from onecard.terminals.models import Terminal
from onecard.terminals.queries import merchant_at
from onecard.terminals.rules import judge_move
from onecard.terminals.types import MoveOutcome
from tests.world import NOON, World, balances, broken_invariants

HOUR = timedelta(hours=1)
MOVED = NOON + HOUR


def merchant_id(code: str) -> int:
    merchant = merchant_with(code)
    assert merchant is not None
    return merchant.pk


def move(world: World, code: str = "plain", *, to: str = "shop", since: datetime = MOVED, now: datetime = MOVED) -> MoveOutcome:
    with clock.at(now):
        return move_terminal(world.cast.clerk, code, merchant_id=merchant_id(to), since=since)


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"is_there": True, "since": MOVED + HOUR}, MoveOutcome.REPEATED),
        ({"since": MOVED + HOUR, "last_moved": MOVED + 2 * HOUR}, MoveOutcome.REFUSED_TO_COME),
        ({"last_moved": MOVED, "last_sold": MOVED}, MoveOutcome.REFUSED_BEFORE_LAST_MOVE),
        ({"last_moved": NOON, "last_sold": MOVED}, MoveOutcome.REFUSED_SOLD_SINCE),
        ({"last_moved": NOON, "last_sold": NOON}, MoveOutcome.DONE),
        ({}, MoveOutcome.DONE),
    ],
)
def test_the_first_refusal_that_applies(facts: dict[str, object], outcome: MoveOutcome) -> None:
    plain = {"is_there": False, "since": MOVED, "now": MOVED, "last_moved": None, "last_sold": None}
    assert judge_move(**{**plain, **facts}) is outcome  # type: ignore[arg-type]


def test_sales_follow_the_merchant_at_their_moment(world: World) -> None:
    assert move(world) is MoveOutcome.DONE
    before, after = world.record(1, amount_fen=300), world.record(2, amount_fen=500, occurred_at=MOVED)
    collect_purchases([after, before], received_at=MOVED + HOUR)
    assert [balances(world)[code] for code in ("canteen", "shop")] == [300, 500]
    assert broken_invariants() == {}


def test_a_terminal_that_comes_back(world: World) -> None:
    move(world, since=NOON + HOUR, now=NOON + HOUR)
    assert move(world, to="canteen", since=NOON + 2 * HOUR, now=NOON + 2 * HOUR) is MoveOutcome.DONE
    pk = world.terminals["plain"]
    owners = [merchant_at(pk, at=NOON + hours * HOUR / 2).code for hours in range(6)]
    assert owners == ["canteen", "canteen", "shop", "shop", "canteen", "canteen"]
    late = [world.record(seq, occurred_at=NOON + (seq - 1) * HOUR / 2, amount_fen=10**seq) for seq in range(1, 5)]
    collect_purchases(late, received_at=NOON + 3 * HOUR)
    assert [balances(world)[code] for code in ("canteen", "shop")] == [10 + 100, 1_000 + 10_000]


def test_online_and_its_reversal_too(world: World) -> None:
    move(world)
    asked = world.record(1, amount_fen=300)
    authorise_purchases([asked], received_at=NOON)
    assert balances(world)["canteen"] == 300
    unheard = world.record(2, amount_fen=400)
    reverse_purchases([asked, unheard], received_at=NOON)
    assert [balances(world)[code] for code in ("canteen", "shop")] == [0, 0]
    assert set(Purchase.objects.values_list("merchant__code", flat=True)) == {"canteen"}
    assert broken_invariants() == {}


def test_it_does_not_take_what_is_booked_already(world: World) -> None:
    collect_purchases([world.record(1, occurred_at=MOVED)], received_at=MOVED)
    assert move(world) is MoveOutcome.REFUSED_SOLD_SINCE
    assert Terminal.objects.get(code="plain").merchant.code == "canteen"
