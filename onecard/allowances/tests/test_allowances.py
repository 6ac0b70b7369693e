"""The list of allowances against cards and purses: what is on it, what changed, when it is taken anew."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from onecard.allowances import queries
from onecard.allowances.actions.take_allowances import take_allowances
from onecard.allowances.models import Allowance
from onecard.allowances.rules import allowance_checksum
from onecard.allowances.types import CAP_FEN, STEP_FEN, TAKEN_EVERY, AllowanceChanges, AllowanceLag
from onecard.cards import queries as cards
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


def test_how_far_a_list_is_behind(world: World, taken: Take) -> None:
    assert queries.lags([0, 3]) == {}
    first = taken()
    at_first = Allowance.objects.get(version=first).changed_at
    collect(world.record(1, who="wang", amount_fen=9_000))
    second = taken()
    freeze_card(world.cast.clerk, CHEN)
    third = taken()
    changed_at = dict(Allowance.objects.values_list("version", "changed_at"))
    assert queries.lags([0, first, second, third, third + 5, first]) == {
        0: AllowanceLag(third, at_first),
        first: AllowanceLag(2, changed_at[second]),
        second: AllowanceLag(1, changed_at[third]),
        third: AllowanceLag(0, None),
        third + 5: AllowanceLag(0, None),
    }
    assert at_first < changed_at[second] < changed_at[third]


def test_what_a_list_gives_to_cards_that_a_blacklist_does_not_name(world: World, taken: Take) -> None:
    """Wang has 15 yuan left, and his card and Chen's are frozen; Chen's again, so that its last change is a later one."""
    old = cards.blacklist_head().version
    nothing = {(old, 0): 0}
    assert queries.given_to_unknown([]) == {}
    assert queries.given_to_unknown([(old, 0)]) == nothing
    collect(world.record(1, who="wang", amount_fen=8_500))
    listed = taken()
    assert queries.given_to_unknown([(old, 0), (old, listed)]) == {(old, 0): 0, (old, listed): 0}, "no card is unknown to it"
    freeze_card(world.cast.clerk, WANG)
    after_wang = cards.blacklist_head().version
    freeze_card(world.cast.clerk, CHEN)
    unfreeze_card(world.cast.clerk, CHEN)
    freeze_card(world.cast.clerk, CHEN)
    newest = cards.blacklist_head().version
    held_now = [(old, listed), (old, 0), (after_wang, listed), (after_wang, 0), (newest, listed), (newest, 0)]
    assert queries.given_to_unknown(held_now) == {
        (old, listed): 1_500 + CAP_FEN,
        (old, 0): 2 * CAP_FEN,
        (after_wang, listed): CAP_FEN,
        (after_wang, 0): CAP_FEN,
        (newest, listed): 0,
        (newest, 0): 0,
    }
    later = taken()
    assert queries.given_to_unknown([(old, listed), (old, later)]) == {(old, listed): 2 * CAP_FEN, (old, later): 0}


def test_gateways_that_ask_at_once_take_it_once(own_world: World) -> None:
    take = functools.partial(take_allowances)
    versions = at_once([take] * 6)
    assert max(versions) == 3
    assert set(versions) <= {0, 3}
    assert Allowance.objects.count() == 3
    assert held() == dict.fromkeys((LIN, WANG, CHEN), CAP_FEN)
    assert broken_invariants() == {}
