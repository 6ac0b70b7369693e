from __future__ import annotations

from datetime import timedelta

from onecard.kernel import clock
from onecard.policies.previews import Figure, effect_of
from tests import world as cast
from tests.world import DAY, NOON, World

CAP = "people.balance_cap_fen"


def test_which_purses_were_paid_into_above_another_cap(world: World) -> None:
    # At the first day's end Lin has 350.00, everybody else 100.00 or less; on the second Wang gets to 130.00.
    world.fund("lin", 25_000, seq=20)
    cast.close_day(world, DAY, next_date=DAY + timedelta(days=1))
    world.fund("wang", 3_000, seq=21)
    cast.close_day(world, DAY + timedelta(days=1), next_date=DAY + timedelta(days=2))
    with clock.at(NOON + timedelta(days=2)):
        assert [then.number for _now, then in _lines(10_000)] == [2, 2, 25_000 + 3_000]
        assert [then.number for _now, then in _lines(34_000)] == [1, 1, 1_000]
        assert [now.number for now, _then in _lines(34_000)] == [0, 0, 0]
    with clock.at(NOON + timedelta(days=1)):
        assert [then.number for _now, then in _lines(10_000)] == [1, 1, 25_000]


def _lines(cap_fen: int) -> tuple[tuple[Figure, Figure], ...]:
    effect = effect_of(CAP, cap_fen)
    assert effect is not None
    return effect.lines
