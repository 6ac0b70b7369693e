"""What statements hold: the hard months."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.merchants.actions.set_rate import set_rate
from onecard.merchants.models import Contract
from onecard.merchants.queries import merchant_with
from onecard.merchants.types import ContractOutcome
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.settlement.actions.build_statement import build_statement
from onecard.settlement.models import Statement
from onecard.settlement.queries import next_period, verify
from onecard.settlement.tests.office import (
    CHIEF,
    MAKER,
    agree,
    bring_to_approval,
    build,
    days_after,
    pay,
    sell,
    turn_to,
)
from onecard.settlement.types import BuildOutcome, Part, Period, StatementState
from onecard.terminals.actions.move_terminal import move_terminal
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.types import MoveOutcome
from tests.world import DAY, NOON, World, balances, broken_invariants

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)


def is_sound() -> bool:
    """Every invariant holds, and every statement is what the ledger says."""
    return broken_invariants() == {} and all(not differences for _statement, differences in verify())


def figures(statement: Statement) -> tuple[int, ...]:
    """Opening, sales, reversals, corrections, fee, payable."""
    return (
        statement.opening_fen,
        statement.sales_fen,
        statement.reversals_fen,
        statement.corrections_fen,
        statement.fee_fen,
        statement.payable_fen,
    )


def days(statement: Statement) -> dict[date, int]:
    """What each day added."""
    found: dict[date, int] = {}
    for line in statement.lines.order_by("day"):
        found[line.day] = found.get(line.day, 0) + line.amount_fen
    return found


def test_a_month_from_building_to_the_bank(world: World) -> None:
    agree()
    sell(world, 1, 2_050)
    sell(world, 2, 1_000, who="chen")
    turn_to(world, OCTOBER)
    statement = build()
    assert (statement.first_day, statement.last_day) == (DAY, date(2026, 9, 30))
    assert figures(statement) == (0, 3_050, 0, 0, 31, 3_019)
    assert is_sound()
    bank = ledger.balance_of(world.bank)
    bring_to_approval(statement)
    assert (balances(world)["canteen"], ledger.balance_of(ledger.shared_account(Subject.MANAGEMENT_FEES))) == (3_019, 31)
    pay(statement)
    statement.refresh_from_db()
    assert (statement.state, balances(world)["canteen"]) == (StatementState.PAID, 0)
    assert ledger.balance_of(world.bank) == bank - 3_019
    assert is_sound()


@pytest.mark.parametrize(
    ("code", "last_day", "outcome"),
    [
        ("shop", date(2026, 9, 30), BuildOutcome.REFUSED_NO_CONTRACT),
        ("canteen", date(2026, 10, 1), BuildOutcome.REFUSED_PERIOD),
        ("canteen", DAY - timedelta(days=1), BuildOutcome.REFUSED_PERIOD),
        ("canteen", date(2026, 9, 30), BuildOutcome.REFUSED_DAYS_OPEN),
        ("canteen", DAY, BuildOutcome.REFUSED_DAYS_OPEN),
    ],
)
def test_refusals(world: World, code: str, last_day: date, outcome: BuildOutcome) -> None:
    agree()
    assert build_statement(MAKER, code, last_day=last_day).outcome is outcome
    assert not Statement.objects.exists()


def test_a_second_build_finds_the_first(world: World) -> None:
    agree()
    turn_to(world, OCTOBER)
    first = build()
    again = build_statement(CHIEF, "canteen", last_day=first.last_day)
    assert (again.outcome, again.statement_id) == (BuildOutcome.REPEATED, first.pk)
    assert build_statement(CHIEF, "canteen", last_day=date(2026, 9, 20)).outcome is BuildOutcome.REFUSED_PERIOD


def test_a_terminal_moved_within_the_month(world: World) -> None:
    """Sales follow the contract at `occurred_at`, also those that come after the month is over."""
    agree("canteen")
    agree("shop", rate_bp=200)
    sell(world, 1, 1_000)
    shop = merchant_with("shop")
    assert shop is not None
    with clock.at(days_after(14)):
        assert move_terminal(world.cast.clerk, "plain", merchant_id=shop.pk) is MoveOutcome.DONE
    sell(world, 2, 500, at=days_after(15))
    sell(world, 3, 300, at=days_after(10))
    turn_to(world, OCTOBER)
    assert [figures(build(code))[1] for code in ("canteen", "shop")] == [1_300, 500]
    sell(world, 4, 70, at=days_after(13))
    sell(world, 5, 30, at=days_after(16))
    turn_to(world, NOVEMBER)
    october = [build(code, last_day=date(2026, 10, 31)) for code in ("canteen", "shop")]
    assert [days(one) for one in october] == [{date(2026, 9, 14): 70}, {date(2026, 9, 17): 30}]
    assert is_sound()


def test_a_rate_changed_within_the_month(world: World) -> None:
    agree()
    contract = Contract.objects.get(merchant__code="canteen")
    assert set_rate(CHIEF, contract.pk, from_day="2026-09-16", fee_rate_bp=250) is ContractOutcome.DONE
    sell(world, 1, 1_050, at=days_after(14))
    sell(world, 2, 1_050, at=days_after(15))
    turn_to(world, OCTOBER)
    statement = build()
    assert figures(statement)[4] == 11 + 26
    assert set_rate(CHIEF, contract.pk, from_day="2026-09-30", fee_rate_bp=0) is ContractOutcome.REFUSED_TOO_LATE
    assert set_rate(CHIEF, contract.pk, from_day="2026-10-01", fee_rate_bp=0) is ContractOutcome.DONE
    sell(world, 3, 1_050, at=days_after(3))
    sell(world, 4, 9_000, at=days_after(32), who="chen")
    turn_to(world, NOVEMBER)
    later = build(last_day=date(2026, 10, 31))
    assert figures(later) == (0, 10_050, 0, 0, 11, 10_039)
    assert is_sound()


def test_a_record_two_months_late_stands_in_the_open_statement_with_its_own_date(world: World) -> None:
    agree()
    sell(world, 1, 1_000)
    turn_to(world, OCTOBER)
    september = build()
    kept = figures(september)
    turn_to(world, NOVEMBER)
    build(last_day=date(2026, 10, 31))
    sell(world, 2, 400, at=NOON)
    turn_to(world, DECEMBER)
    november = build(last_day=date(2026, 11, 30))
    assert days(november) == {DAY: 400}
    september.refresh_from_db()
    assert figures(september) == kept
    assert is_sound()


def test_a_reversal_in_the_next_month_gives_the_fee_back(world: World) -> None:
    """Approved on the last evening, reversed within its day: October. The payable is below zero and opens November."""
    agree()
    evening = datetime.combine(date(2026, 9, 30), NOON.timetz()) + timedelta(hours=11)
    asked = world.record(1, who="chen", amount_fen=2_000, occurred_at=evening)
    authorise_purchases([asked], received_at=evening)
    turn_to(world, OCTOBER)
    september = build()
    assert figures(september) == (0, 2_000, 0, 0, 20, 1_980)
    reverse_purchases([asked], received_at=evening + timedelta(hours=3))
    turn_to(world, NOVEMBER)
    october = build(last_day=date(2026, 10, 31))
    assert figures(october) == (0, 0, -2_000, 0, -20, -1_980)
    assert (october.due_fen, october.closing_fen) == (0, -1_980)
    bring_to_approval(september)
    pay(september)
    bring_to_approval(october)
    october.refresh_from_db()
    assert (october.state, balances(world)["canteen"]) == (StatementState.CARRIED, -1_980)
    sell(world, 2, 3_000)
    turn_to(world, DECEMBER)
    november = build(last_day=date(2026, 11, 30))
    assert figures(november) == (-1_980, 3_000, 0, 0, 30, 990)
    bring_to_approval(november)
    pay(november)
    assert balances(world)["canteen"] == 0
    assert is_sound()


def test_a_minimum_fee_makes_a_quiet_month_negative(world: World) -> None:
    agree(minimum_fen=5_000)
    sell(world, 1, 1_000)
    turn_to(world, OCTOBER)
    statement = build()
    assert (statement.fee_fen, statement.payable_fen, statement.due_fen, statement.closing_fen) == (5_000, -4_000, 0, -4_000)
    bring_to_approval(statement)
    assert balances(world)["canteen"] == -4_000
    assert is_sound()


def test_a_day_left_open_over_a_holiday(world: World) -> None:
    """September's last day stays open until the eighth of October: what is sold meanwhile is September's, with its own date."""
    agree()
    turn_to(world, date(2026, 9, 30))
    sell(world, 1, 600, at=days_after(29))
    sell(world, 2, 700, at=days_after(33))
    assert build_statement(MAKER, "canteen", last_day=date(2026, 9, 30)).outcome is BuildOutcome.REFUSED_DAYS_OPEN
    turn_to(world, date(2026, 10, 9))
    assert days(build()) == {date(2026, 9, 30): 600, date(2026, 10, 4): 700}
    contract = Contract.objects.get(merchant__code="canteen")
    refused = set_rate(CHIEF, contract.pk, from_day="2026-10-04", fee_rate_bp=0)
    assert (refused, set_rate(CHIEF, contract.pk, from_day="2026-10-05", fee_rate_bp=0)) == (
        ContractOutcome.REFUSED_TOO_LATE,
        ContractOutcome.DONE,
    )
    assert is_sound()


def test_the_leap_day_is_settled_with_its_month(world: World) -> None:
    agree()
    leap_day = date(2028, 2, 29)
    turn_to(world, leap_day)
    sell(world, 1, 900, at=datetime.combine(leap_day, NOON.timetz()))
    turn_to(world, date(2028, 3, 1))
    statement = build(last_day=leap_day)
    assert (statement.first_day, days(statement)) == (leap_day, {leap_day: 900})
    merchant = merchant_with("canteen")
    assert merchant is not None
    assert next_period(merchant) == Period(date(2028, 3, 1), date(2028, 3, 31), is_closed=False)


def test_a_meal_across_midnight(world: World) -> None:
    meals = [
        {"name": "Lunch", "starts_at_min": 660, "ends_at_min": 780},
        {"name": "Night", "starts_at_min": 1_320, "ends_at_min": 120},
    ]
    publish_parameters(
        Actor.system("terms"), "all", content={"meal_periods": meals}, effective_from=NOON.isoformat(), reason="a new term"
    )
    agree()
    midnight = NOON + timedelta(hours=12)
    moments = {
        1: NOON,
        2: midnight - timedelta(minutes=1),
        3: midnight + timedelta(minutes=119),
        4: midnight + timedelta(hours=2),
    }
    for seq, moment in moments.items():
        sell(world, seq, 10**seq, at=moment, who="chen")
    turn_to(world, OCTOBER)
    statement = build()
    found = {(line.day, line.meal): line.amount_fen for line in statement.lines.all()}
    next_day = DAY + timedelta(days=1)
    assert found == {(DAY, "Lunch"): 10, (DAY, "Night"): 100 + 1_000, (next_day, ""): 10_000}
    assert set(statement.lines.values_list("part", flat=True)) == {Part.SALE}
    assert is_sound()
