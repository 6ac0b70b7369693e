"""存款总收入表 by income unit: one notion of unit, that in which merchants are placed."""

from __future__ import annotations

from onecard.merchants.actions.place_in_unit import place_in_unit
from onecard.merchants.actions.register_income_unit import register_income_unit
from onecard.months import queries
from onecard.months.actions.close_month import close_month
from onecard.months.sheets import income_table
from onecard.months.tests.test_close_month import SEPTEMBER, end_september, give
from onecard.months.types import Income
from onecard.papers.models import Paper
from onecard.papers.sheet import sheet_of
from tests.world import World


def place(world: World, **units: str) -> None:
    for code, unit in units.items():
        register_income_unit(world.cast.clerk, unit, name=f"{unit} services")
        place_in_unit(world.cast.clerk, code, unit=unit)


def test_takings_are_summed_by_the_units_that_merchants_are_placed_in(world: World) -> None:
    place(world, canteen="food", shop="food")
    give(world, end_september(world))
    span = queries.span_of(SEPTEMBER)
    assert queries.figures_of(span).income == (Income("food", "food services", 2, 0, 1_734),)
    close_month(world.cast.clerk, SEPTEMBER)
    place(world, shop="trade")
    kept = Paper.objects.get(kind="months.deposits").content["tables"]["income"]
    assert [(one["code"], one["amount_fen"]) for one in kept] == [("food", 1_734)], "the paper stays as it was issued"
    assert [(one.code, one.amount_fen) for one in queries.figures_of(span).income] == [("food", 1_234), ("trade", 500)]


def test_who_is_in_no_unit_stands_last_and_says_so(world: World) -> None:
    place(world, shop="trade")
    give(world, end_september(world))
    close_month(world.cast.clerk, SEPTEMBER)
    [_deposits, income] = sheet_of(Paper.objects.get(kind="months.deposits")).tables
    assert [(row[0], row[1], row[4]) for row in income.rows] == [
        ("trade", "trade services", 500),
        ("", "merchants in no income unit", 1_234),
    ]
    assert income_table(queries.figures_of(queries.span_of(SEPTEMBER))).rows == income.rows


def test_vouchers_know_the_merchant_and_its_unit(world: World) -> None:
    place(world, shop="trade")
    end_september(world)
    sellers = {line.seller for line in queries.vouchers_of(queries.span_of(SEPTEMBER)) if line.seller}
    assert {(one.code, one.unit_code) for one in sellers} == {("canteen", ""), ("shop", "trade")}
