"""Deposits, withdrawals and reversals at the counter, from the float to finance's signature."""

from __future__ import annotations

import pytest

from onecard.access.types import Actor, NotPermitted, Post
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.confirm_handover import confirm_handover
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.models import Shift, Slip
from onecard.counter.papers import DAY_LIST, HANDOVER_SLIP
from onecard.counter.tests.desk import FLOAT_FEN, TUESDAY_TEN, clerk_at, key, operator
from onecard.counter.types import CounterOutcome, HandoverOutcome, ShiftOutcome
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.papers.queries import paper_of
from tests.world import World, broken_invariants


@pytest.fixture
def clerk(world: World) -> Actor:
    """A card clerk with an open shift at a till that holds a float of 200.00."""
    return clerk_at("W1", "zhao")


def test_a_deposit_is_a_slip_and_a_transfer_once(world: World, clerk: Actor) -> None:
    with clock.at(TUESDAY_TEN):
        form = key()
        first = take_deposit(clerk, world.people["lin"], amount_fen=5_000, request_key=form)
        again = take_deposit(clerk, world.people["lin"], amount_fen=5_000, request_key=form)
        other = take_deposit(clerk, world.people["lin"], amount_fen=6_000, request_key=form)
    assert (first.outcome, again.outcome, other.outcome) == (
        CounterOutcome.DONE,
        CounterOutcome.REPEATED,
        CounterOutcome.REFUSED_KEY_TAKEN,
    )
    assert again.slip_id == first.slip_id
    assert ledger.balance_of(world.cash["lin"]) == 15_000
    assert Slip.objects.get().balance_after_fen == 15_000


def test_a_day_at_the_counter_ends_with_finances_signature(world: World, clerk: Actor) -> None:
    second, finance = operator("qian"), operator("sun", Post.FINANCE)
    shift = Shift.objects.get()
    with clock.at(TUESDAY_TEN):
        slip = take_deposit(clerk, world.people["lin"], amount_fen=5_000, request_key=key()).slip_id
        take_deposit(clerk, world.people["wang"], amount_fen=10_000, request_key=key())
        pay_withdrawal(clerk, world.people["chen"], amount_fen=2_000, is_identified=True, request_key=key())
        assert slip is not None
        assert reverse_slip(clerk, slip, reason="wrong person", request_key=key()).outcome is CounterOutcome.DONE
        pieces = {"10000": 2, "5000": 1, "2000": 1, "1000": 1}
        assert count_drawer(clerk, shift.pk, pieces=pieces).outcome is ShiftOutcome.DONE
        assert close_shift(clerk, shift.pk, kept_float_fen=FLOAT_FEN).outcome is ShiftOutcome.REFUSED_OWN_SHIFT
        assert close_shift(second, shift.pk, kept_float_fen=FLOAT_FEN).outcome is ShiftOutcome.DONE
        handed = hand_over_cash(second)
        assert handed.handover_id is not None
        assert confirm_handover(finance, handed.handover_id, counted_fen=7_999).outcome is HandoverOutcome.REFUSED_AMOUNT_DIFFERS
        assert confirm_handover(finance, handed.handover_id, counted_fen=8_000).outcome is HandoverOutcome.DONE
    assert ledger.balance_of(ledger.shared_account(Subject.CASH_TO_FINANCE)) == 0
    assert ledger.balance_of(shift.till.account_id) == FLOAT_FEN
    for kind in (HANDOVER_SLIP, DAY_LIST):
        paper = paper_of(kind, str(handed.handover_id))
        assert paper is not None
        assert [one.signed_by for one in paper.signatures.all()] == ["sun"]
    assert broken_invariants() == {}


def test_an_outsider_books_nothing(world: World) -> None:
    with pytest.raises(NotPermitted):
        take_deposit(world.cast.outsider, world.people["lin"], amount_fen=5_000, request_key=key())
