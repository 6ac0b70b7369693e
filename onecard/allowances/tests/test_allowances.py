"""The list of allowances against cards and purses: what is on it, what changed, when it is taken anew."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from onecard.allowances import queries
from onecard.allowances.actions.take_allowances import take_allowances
from onecard.allowances.models import Allowance
from onecard.allowances.rules import allowance_checksum
from onecard.allowances.types import CAP_FEN, STEP_FEN, TAKEN_EVERY, AllowanceChanges
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.kernel import clock
from tests.parallel import at_once
from tests.world import CARD_NO, World, broken_invariants, collect

LIN, WANG, CHEN = CARD_NO["lin"], CARD_NO["wang"], CARD_NO["chen"]
Take = Callable[[], int]


@pytest.fixture
def taken(world: World, monkeypatch: pytest.MonkeyPatch) -> Take:
    """Take the list, as if it had not been taken for long."""
    moments = iter([clock.now() + at * TAKEN_EVERY for at in range(1, 20)])

    def take() -> int:
        now = next(moments)
        with monkeypatch.context() as patch:
            patch.setattr(clock, "now", lambda: now)
            return take_allowances()

    return take


def told(since: int = 0, **more: int) -> AllowanceChanges:
    changes = queries.changes_since(since, **more)
    assert changes is not None
    return changes


def held(limit: int = 2) -> dict[int, int]:
    """What a terminal holds that loads everything, page by page."""
    cards: dict[int, int] = {}
    page = told(0, limit=limit)
    while True:
        cards.update(page.listed)
        for card_no in page.removed:
            cards.pop(card_no, None)
        if not page.has_more:
            break
        page = told(page.to_version, limit=limit)
    assert (page.count, page.checksum) == (len(cards), allowance_checksum(cards))
    return cards


def test_what_can_be_spent_in_whole_steps_up_to_the_cap(world: World, taken: Take) -> None:
    """Active cards with money alone; 100 yuan is the cap, 4.99 no step, a subsidy counts."""
    assert told() == AllowanceChanges(0, [], [], has_more=False, count=0, checksum=0)
    assert taken() == len(held())
    assert held() == dict.fromkeys((LIN, WANG, CHEN), CAP_FEN)
    assert broken_invariants() == {}


def test_only_what_changed_is_told(world: World, taken: Take) -> None:
    first = taken()
    collect(world.record(1, who="wang", amount_fen=2_000), world.record(2, who="wang", amount_fen=2_000))
    assert taken() == first, "60 yuan left: still above the cap"
    collect(world.record(3, who="wang", amount_fen=1_501))
    freeze_card(world.cast.clerk, CHEN)
    second = taken()
    changes = told(first)
    assert (changes.to_version, changes.listed, changes.removed) == (second, [(WANG, 4_499 // STEP_FEN * STEP_FEN)], [CHEN])
    assert held(1) == held(100) == {LIN: CAP_FEN, WANG: 4_000}
    unfreeze_card(world.cast.clerk, CHEN)
    assert taken() == second + 1
    assert told(second).listed == [(CHEN, CAP_FEN)]
    assert held() == {LIN: CAP_FEN, WANG: 4_000, CHEN: CAP_FEN}
    assert queries.changes_since(second + 2) is None
    assert broken_invariants() == {}


def test_taken_once_in_a_while(world: World) -> None:
    first = take_allowances()
    freeze_card(world.cast.clerk, CHEN)
    assert take_allowances() == first
    assert CHEN in held()


def test_a_drifted_list_is_found(world: World, taken: Take) -> None:
    taken()
    right = told().checksum
    assert allowance_checksum({**held(), WANG: STEP_FEN}) != right
    assert allowance_checksum({**held(), 1: STEP_FEN}) != right
    assert allowance_checksum({}) == 0


def test_gateways_that_ask_at_once_take_it_once(own_world: World) -> None:
    take = functools.partial(take_allowances)
    versions = at_once([take] * 6)
    assert max(versions) == 3
    assert set(versions) <= {0, 3}
    assert Allowance.objects.count() == 3
    assert held() == dict.fromkeys((LIN, WANG, CHEN), CAP_FEN)
    assert broken_invariants() == {}
