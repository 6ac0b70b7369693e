"""PINs on real cards: the counter of wrong tries under concurrency, blocks, changes."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date

import pytest
from django.test import override_settings

from onecard.cards.actions.change_pin import change_pin
from onecard.cards.actions.check_pin import check_pin
from onecard.cards.actions.lower_pin_limits import lower_pin_limits
from onecard.cards.actions.set_pin import set_pin
from onecard.cards.actions.unblock_pin import unblock_pin
from onecard.cards.queries import own_limits
from onecard.cards.types import PinOutcome
from onecard.people.actions.keep_private import keep_private
from onecard.people.types import Private
from tests.browsing import FAST
from tests.parallel import at_once
from tests.world import CARD_NO, UNKNOWN_CARD, World, card

LIN = CARD_NO["lin"]
PIN, OTHER = "739418", "608193"


@pytest.fixture(autouse=True)
def fast() -> Iterator[None]:
    with override_settings(PASSWORD_HASHERS=FAST):
        yield


def tries(world: World, *pins: str, first: int = 1) -> list[bool]:
    return [check_pin(LIN, pin, record=f"1/1/{number}") for number, pin in enumerate(pins, start=first)]


def test_three_wrong_ones_in_a_row_block_until_seen(world: World) -> None:
    clerk = world.cast.clerk
    assert tries(world, PIN) == [False], "no PIN yet"
    assert set_pin(clerk, LIN, pin=PIN) is PinOutcome.DONE
    assert tries(world, "000001", "000002", PIN, "000003", "000004", first=10) == [False, False, True, False, False]
    assert unblock_pin(clerk, LIN, seen="staff card") is PinOutcome.REPEATED
    assert tries(world, "000005", PIN, first=20) == [False, False], "blocked, even with the right one"
    assert change_pin(clerk, LIN, old=PIN, new=OTHER) is PinOutcome.REFUSED_BLOCKED
    assert unblock_pin(clerk, LIN, seen="staff card") is PinOutcome.DONE
    assert tries(world, PIN, first=30) == [True]


def test_the_same_record_again_is_one_try(world: World) -> None:
    set_pin(world.cast.clerk, LIN, pin=PIN)
    assert [check_pin(LIN, "000001", record="1/1/7") for _again in range(5)] == [False] * 5
    assert not check_pin(LIN, PIN, record="1/1/7"), "that record was answered"
    assert card("lin").pin_wrong_tries == 1
    assert check_pin(LIN, PIN, record="1/1/8")


def test_setting_a_pin_ends_a_block(world: World) -> None:
    set_pin(world.cast.clerk, LIN, pin=PIN)
    tries(world, "000001", "000002", "000003")
    assert card("lin").pin_blocked_at is not None
    assert set_pin(world.cast.clerk, LIN, pin=OTHER) is PinOutcome.DONE
    assert tries(world, OTHER, first=10) == [True]


def test_a_wrong_old_pin_counts(world: World) -> None:
    clerk = world.cast.clerk
    assert change_pin(clerk, LIN, old=PIN, new=OTHER) is PinOutcome.REFUSED_CARD
    set_pin(clerk, LIN, pin=PIN)
    assert change_pin(clerk, LIN, old=PIN, new="123456") is PinOutcome.REFUSED_DEFAULT
    assert change_pin(clerk, LIN, old=PIN, new=OTHER) is PinOutcome.DONE
    outcomes = [change_pin(clerk, LIN, old=PIN, new=OTHER) for _again in range(4)]
    assert outcomes == [PinOutcome.REFUSED_WRONG] * 3 + [PinOutcome.REFUSED_BLOCKED]


def test_the_holders_birthday_is_no_pin(world: World) -> None:
    clerk, pin = world.cast.clerk, "719938"
    assert set_pin(clerk, LIN, pin=pin) is PinOutcome.DONE
    keep_private(world.people["lin"], Private(born_on=date(1993, 5, 4)))
    assert set_pin(clerk, LIN, pin=pin) is PinOutcome.REFUSED_BIRTHDAY
    assert change_pin(clerk, LIN, old=pin, new="304059") is PinOutcome.REFUSED_BIRTHDAY


def test_an_unknown_card_has_no_pin(world: World) -> None:
    assert not check_pin(UNKNOWN_CARD, PIN, record="1/1/1")


def test_own_limits(world: World) -> None:
    clerk = world.cast.clerk
    assert lower_pin_limits(clerk, LIN, single_fen=500, day_fen=1_000) is PinOutcome.REFUSED_CARD
    set_pin(clerk, LIN, pin=PIN)
    assert lower_pin_limits(clerk, LIN, single_fen=500, day_fen=1_000) is PinOutcome.DONE
    assert lower_pin_limits(clerk, LIN, single_fen=600, day_fen=1_000) is PinOutcome.REFUSED_RAISE
    assert own_limits([LIN, CARD_NO["wang"]]) == {LIN: (500, 1_000)}


def test_guesses_at_many_terminals_at_once_are_counted(own_world: World) -> None:
    set_pin(own_world.cast.clerk, LIN, pin=PIN)
    guesses = [functools.partial(check_pin, LIN, f"00000{number}", record=f"{number}/1/1") for number in range(8)]
    assert at_once(guesses) == [False] * 8
    found = card("lin")
    assert (found.pin_wrong_tries, found.pin_blocked_at is not None) == (3, True)


def test_right_pins_at_once_block_nothing(own_world: World) -> None:
    set_pin(own_world.cast.clerk, LIN, pin=PIN)
    checks = [functools.partial(check_pin, LIN, PIN, record=f"{number}/1/1") for number in range(6)]
    assert at_once(checks) == [True] * 6
