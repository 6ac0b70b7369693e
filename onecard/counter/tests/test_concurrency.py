"""Clerks at the same moment: one person at two counters, one button pressed twice, a reversal against a withdrawal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import override_settings

from onecard.access.types import Actor
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.counter.actions.book_charge import book_charge
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Slip
from onecard.counter.rules import fewest_pieces
from onecard.counter.tests.desk import AFTERNOON, FLOAT_FEN, clerk_at, key, shift_of
from onecard.counter.types import Booking, ShiftResult, SlipKind
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from tests.browsing import FAST
from tests.parallel import at_once
from tests.world import CARD_NO, World

ROUNDS = 4
Call = Callable[[], Booking | ShiftResult]


@pytest.fixture
def clerks(own_world: World) -> tuple[Actor, Actor]:
    """Two clerks, each with an open shift at a till of their own."""
    with override_settings(PASSWORD_HASHERS=FAST):
        return clerk_at("W1", "zhao"), clerk_at("W2", "qian", number=2)


def outcomes(*calls: Call) -> list[str]:
    """What the calls are answered when they are made at the same moment, in order of their names."""

    def timed(call: Call) -> Callable[[], str]:
        def run() -> str:
            with clock.at(AFTERNOON):
                return call().outcome.name

        return run

    return sorted(at_once([timed(call) for call in calls]))


def deposit(clerk: Actor, person: int, amount_fen: int) -> Call:
    form = key()
    return lambda: take_deposit(clerk, person, amount_fen=amount_fen, request_key=form)


def test_two_clerks_on_one_person_book_both_or_stop_at_the_cap(own_world: World, clerks: tuple[Actor, Actor]) -> None:
    lin, wang = own_world.people["lin"], own_world.people["wang"]
    for _ in range(ROUNDS):
        assert outcomes(*(deposit(clerk, lin, 1_000) for clerk in clerks)) == ["DONE", "DONE"]
    assert ledger.balance_of(own_world.cash["lin"]) == 10_000 + ROUNDS * 2_000
    assert outcomes(*(deposit(clerk, wang, 60_000) for clerk in clerks)) == ["DONE", "REFUSED_ABOVE_CAP"]
    assert ledger.balance_of(own_world.cash["wang"]) == 70_000


def test_a_button_pressed_many_times_at_once_books_once(own_world: World, clerks: tuple[Actor, Actor]) -> None:
    for booked in range(1, ROUNDS + 1):
        once = deposit(clerks[0], own_world.people["lin"], 1_000)
        assert outcomes(once, once, once, once) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
        assert Slip.objects.count() == booked
    assert ledger.balance_of(own_world.cash["lin"]) == 10_000 + ROUNDS * 1_000


def test_a_reversal_and_a_withdrawal_do_not_spend_the_same_money(own_world: World, clerks: tuple[Actor, Actor]) -> None:
    first, second = clerks
    chen = own_world.people["chen"]
    for _ in range(ROUNDS):
        with clock.at(AFTERNOON):
            slip_id = take_deposit(first, chen, amount_fen=5_000, request_key=key()).slip_id or 0
        found = outcomes(
            lambda slip_id=slip_id: reverse_slip(first, slip_id, reason="mistake", request_key=key()),  # type: ignore[misc]
            lambda: pay_withdrawal(second, chen, amount_fen=12_000, is_identified=True, request_key=key()),
        )
        assert found in (["DONE", "REFUSED_INSUFFICIENT"], ["DONE", "REFUSED_SPENT"])
        balance_fen = ledger.balance_of(own_world.cash["chen"])
        assert balance_fen == (10_000 if "REFUSED_INSUFFICIENT" in found else 3_000)
        if balance_fen == 3_000:
            with clock.at(AFTERNOON):
                for who, amount_fen in ((chen, 7_000), (own_world.people["wang"], 5_000)):
                    take_deposit(second, who, amount_fen=amount_fen, request_key=key())


def test_two_clerks_take_one_fee(own_world: World, clerks: tuple[Actor, Actor]) -> None:
    with clock.at(AFTERNOON):
        replace_card_at_once(own_world.cast.clerk, CARD_NO["lost"], new_card_no=7_002)

    def fee(clerk: Actor) -> Call:
        return lambda: book_charge(clerk, CARD_NO["lost"], kind=SlipKind.CARD_FEE, request_key=key())

    assert outcomes(*(fee(clerk) for clerk in clerks)) == ["DONE", "REFUSED_NOT_DUE"]
    assert Slip.objects.filter(kind=SlipKind.CARD_FEE).count() == 1


def test_a_deposit_while_the_drawer_is_counted_is_in_the_count_or_refused(own_world: World, clerks: tuple[Actor, Actor]) -> None:
    clerk, shift = clerks[0], shift_of(clerks[0])
    counted = fewest_pieces(FLOAT_FEN + 1_000)
    found = outcomes(deposit(clerk, own_world.people["lin"], 1_000), lambda: count_drawer(clerk, shift.pk, pieces=counted))
    assert found in (["DONE", "DONE"], ["COUNT_AGAIN", "REFUSED_NO_SHIFT"])
    assert Slip.objects.count() == (1 if found == ["DONE", "DONE"] else 0)
