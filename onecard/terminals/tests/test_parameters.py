"""Parameters as people type and read them, as tables; and which set holds for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from onecard.access.types import Actor
from onecard.merchants.models import Merchant
from onecard.terminals import queries
from onecard.terminals.actions.publish_parameters import publish_parameters
from onecard.terminals.models import Terminal
from onecard.terminals.parameter_texts import differences, read_meals, read_prices, texts_of, typed_meals, typed_prices
from onecard.terminals.parameters import BUILT_IN, ParameterContent, read_content
from tests.world import NOON, World

LUNCH = {"name": "Lunch at noon", "starts_at_min": 630, "ends_at_min": 810}
NOODLES = {"code": "D1", "name": "牛肉面 (large)", "price_fen": 1_250}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", []),
        ("Lunch at noon 10:30-13:30\n\n", [LUNCH]),
        ("  Lunch at noon   10:30 – 13:30", [LUNCH]),
        ("夜宵 22:00-1:00", [{"name": "夜宵", "starts_at_min": 1_320, "ends_at_min": 60}]),
    ],
)
def test_meals_are_read(typed: str, expected: list[dict[str, object]]) -> None:
    assert read_meals(typed) == expected


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("Lunch", 1),
        ("Lunch 10:30-13:30\nDinner 17:00", 2),
        ("Lunch 24:00-13:00", 1),
        ("Lunch 10:60-13:00", 1),
        ("10:30-13:30", 1),
    ],
)
def test_the_line_that_is_no_meal_is_named(typed: str, line: int) -> None:
    with pytest.raises(ValidationError, match=f"Line {line}:"):
        read_meals(typed)


def test_prices_are_read() -> None:
    assert read_prices("D1 牛肉面 (large) 12.50\n\nD2 rice 1") == [NOODLES, {"code": "D2", "name": "rice", "price_fen": 100}]


@pytest.mark.parametrize(
    ("typed", "line"),
    [("D1 12.50", 1), ("D1 rice 1\nD2 soup free", 2), ("D1 rice 1.505", 1), ("D1 rice 0", 1), ("D1 rice 1\nD1 soup 2", 2)],
)
def test_the_line_that_is_no_price_is_named(typed: str, line: int) -> None:
    with pytest.raises(ValidationError, match=f"Line {line}:"):
        read_prices(typed)


def test_what_is_typed_is_what_was_read() -> None:
    content = read_content({"meal_periods": [LUNCH], "prices": [NOODLES]})
    assert read_meals(typed_meals(content.meal_periods)) == [LUNCH]
    assert read_prices(typed_prices(content.prices)) == [NOODLES]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, []),
        ({"heartbeat_s": 10}, [("Heartbeat every", "30 s", "10 s")]),
        ({"offline": {"single_limit_fen": 0}}, [("Single limit offline", "¥25.00", "no limit")]),
        ({"offline": {"is_allowed": False}}, [("Sells offline", "Yes", "No")]),
        ({"meal_periods": [LUNCH]}, [("Meal Lunch at noon", "–", "10:30–13:30")]),
        ({"prices": [NOODLES]}, [("Price D1", "–", "牛肉面 (large) ¥12.50")]),
        ({"receipt_text": "Thank you"}, [("Receipt text", "–", "Thank you")]),
    ],
)
def test_differences(change: dict[str, object], expected: list[tuple[str, str, str]]) -> None:
    before, after = texts_of(BUILT_IN), texts_of(read_content(change))
    assert differences(before, after) == expected
    assert differences(after, before) == [(name, new, old) for name, old, new in expected]


def publish(scope: str, *, heartbeat_s: int, days: int = 0) -> None:
    since = (NOON + timedelta(days=days)).isoformat()
    outcome = publish_parameters(
        Actor.system("test"), scope, content={"heartbeat_s": heartbeat_s}, effective_from=since, reason="x"
    )
    assert outcome.name == "DONE"


def held(scope: str, *, days: int = 0, below: int | None = None) -> ParameterContent:
    named = queries.scope_of(scope)
    assert named is not None
    return queries.set_in_force(named, at=NOON + timedelta(days=days), below=below)[1]


def test_the_narrowest_set_that_is_due_holds(world: World) -> None:
    assert held("all") == BUILT_IN
    publish("all", heartbeat_s=11)
    publish("merchant:canteen", heartbeat_s=12)
    publish("terminal:plain", heartbeat_s=13, days=1)
    assert [held(scope).heartbeat_s for scope in ("all", "merchant:canteen", "merchant:shop")] == [11, 12, 11]
    assert [held("terminal:plain", days=days).heartbeat_s for days in (0, 1)] == [12, 13]
    newest, _content = queries.set_in_force((None, Terminal.objects.get(code="plain")), at=NOON + timedelta(days=1))
    assert held("terminal:plain", days=1, below=newest).heartbeat_s == 12
    for code in ("plain", "shop"):
        terminal = Terminal.objects.get(code=code)
        assert held(f"terminal:{code}") == queries.parameters_for(terminal.pk, at=NOON)[2]


@pytest.mark.parametrize("scope", ["", "every", "merchant:nowhere", "terminal:nowhere", "merchant:"])
def test_an_unknown_scope_is_refused(world: World, scope: str) -> None:
    assert queries.scope_of(scope) is None
    outcome = publish_parameters(Actor.system("test"), scope, content={}, effective_from=NOON.isoformat(), reason="x")
    assert outcome.name == "REFUSED_SCOPE"
    assert Merchant.objects.count() == 2
