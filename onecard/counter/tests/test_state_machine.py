"""Random days at the counter, step by step against the model (model.py): two tills, three clerks, finance, the safe.

ONECARD_EXAMPLES (default 15) and ONECARD_STEPS (default 30) say how long; ONECARD_SEED replays a printed seed.
"""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.test import override_settings
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from onecard.access.actions.log_in import forget_tries
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.counter.actions.close_differing_shift import close_differing_shift
from onecard.counter.actions.close_shift import close_shift
from onecard.counter.actions.confirm_handover import confirm_handover
from onecard.counter.actions.count_drawer import count_drawer
from onecard.counter.actions.hand_over_cash import hand_over_cash
from onecard.counter.actions.open_shift import open_shift
from onecard.counter.actions.pay_withdrawal import pay_withdrawal
from onecard.counter.actions.put_into_safe import put_into_safe
from onecard.counter.actions.reverse_slip import reverse_slip
from onecard.counter.actions.take_deposit import take_deposit
from onecard.counter.actions.take_out_of_safe import take_out_of_safe
from onecard.counter.models import Handover, Shift, Slip, Till
from onecard.counter.rules import fewest_pieces
from onecard.counter.tests.desk import FLOAT_FEN, PASSWORD, TUESDAY_TEN, key, operator, till
from onecard.counter.tests.model import Model
from onecard.counter.types import Booking
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.people.actions.mark_left import mark_left
from tests.browsing import FAST
from tests.machines import run_machine
from tests.world import DAY, World, balances, broken_invariants, close_day

TILLS = ["W1", "W2"]
CLERKS = ["zhao", "qian", "li"]
HOLDERS = ["lin", "wang", "chen", "gao"]
clerks = st.sampled_from(CLERKS)
holders = st.sampled_from(HOLDERS)
amounts = st.one_of(st.integers(1, 300).map(lambda yuan: yuan * 100), st.sampled_from([0, 90, 20_000, 20_100, 90_000, 100_100]))


class Counter(RuleBasedStateMachine):
    """The system and the model side by side; every rule does the same to both and compares the answers."""

    world: ClassVar[World]
    actors: ClassVar[dict[str, Actor]]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now, self.day = TUESDAY_TEN, DAY
        found = balances(self.world)
        self.model = Model({who: found[who] for who in HOLDERS}, {"gao"}, dict.fromkeys(TILLS, FLOAT_FEN))
        self.bank = ledger.balance_of(ledger.shared_account(Subject.BANK_CLEARING))
        self.shift_ids: list[int] = []
        self.slip_ids: list[int] = []
        self.handover_ids: list[int] = []

    def teardown(self) -> None:
        try:
            assert broken_invariants() == {}
            for code in TILLS:
                numbers = Slip.objects.filter(till__code=code).order_by("number").values_list("number", flat=True)
                assert list(numbers) == list(range(1, len(numbers) + 1))
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    # Shifts

    @rule(clerk=clerks, code=st.sampled_from(TILLS), off=st.sampled_from([0, 0, 0, 100]))
    def open(self, clerk: str, code: str, off: int) -> None:
        float_fen = self.model.drawer[code] + off
        with clock.at(self.now):
            result = open_shift(self.actors[clerk], code, float_fen=float_fen)
        assert result.outcome.name == self.model.open_shift(clerk, code, float_fen)
        if result.outcome.name == "DONE":
            self.shift_ids.append(result.shift_id or 0)

    @precondition(lambda self: self.shift_ids)
    @rule(
        data=st.data(),
        stranger=st.sampled_from([False] * 5 + [True]),
        off=st.sampled_from([0, 0, 0, 10, -10]),
        why=st.sampled_from(["", "torn note"]),
    )
    def count(self, data: st.DataObject, stranger: bool, off: int, why: str) -> None:
        at = self._a_shift(data)
        shift = self.model.shifts[at]
        clerk = "li" if stranger else shift.clerk
        total = max(0, self.model.drawer[shift.till] + off) // 10 * 10
        with clock.at(self.now):
            result = count_drawer(self.actors[clerk], self.shift_ids[at], pieces=fewest_pieces(total), explanation=why)
        assert result.outcome.name == self.model.count(clerk, at, total, why)

    @precondition(lambda self: self.shift_ids)
    @rule(data=st.data(), closer=clerks, kept=st.sampled_from([0, FLOAT_FEN, FLOAT_FEN, 200_000]), is_approved=st.booleans())
    def close(self, data: st.DataObject, closer: str, kept: int, is_approved: bool) -> None:
        """The approved way is proposed by who closes; how approval works has its own tests."""
        at, actor = self._a_shift(data), self.actors[closer]
        with clock.at(self.now):
            if is_approved:
                cleared = dataclasses.replace(actor, may_all=True)
                result = close_differing_shift(cleared, self.shift_ids[at], kept_float_fen=kept)
            else:
                result = close_shift(actor, self.shift_ids[at], kept_float_fen=kept)
        assert result.outcome.name == self.model.close(closer, at, kept, is_approved=is_approved)

    def _a_shift(self, data: st.DataObject) -> int:
        return data.draw(st.integers(max(0, len(self.shift_ids) - 3), len(self.shift_ids) - 1))

    # Slips

    @rule(clerk=clerks, who=holders, amount=amounts)
    def deposit(self, clerk: str, who: str, amount: int) -> None:
        self._deposit(clerk, who, amount, form=key())

    @rule(clerk=clerks, who=holders, amount=amounts, seen=st.sampled_from([True, True, True, False]))
    def withdraw(self, clerk: str, who: str, amount: int, seen: bool) -> None:
        self._withdraw(clerk, who, amount, seen=seen, form=key())

    @precondition(lambda self: self.slip_ids)
    @rule(data=st.data(), clerk=clerks)
    def reverse(self, data: st.DataObject, clerk: str) -> None:
        at = data.draw(st.integers(0, len(self.slip_ids) - 1))
        owner = self.model.shifts[self.model.slips[at].shift].clerk
        self._reverse(data.draw(st.sampled_from([owner, owner, owner, clerk])), at, form=key())

    @precondition(lambda self: self.model.forms)
    @rule(data=st.data(), clerk=clerks, more=st.sampled_from([0, 0, 100]))
    def send_again(self, data: st.DataObject, clerk: str, more: int) -> None:
        """A form that booked before, by anybody, with its content or another amount."""
        form = data.draw(st.sampled_from(list(self.model.forms)))
        kind, who, amount, at = self.model.forms[form]
        if kind == "deposit":
            self._deposit(clerk, who, amount + more, form=form)
        elif kind == "withdrawal":
            self._withdraw(clerk, who, amount + more, seen=True, form=form)
        else:
            undone = next(i for i in range(at) if self.model.slips[i].reversed and self.model.slips[i].amount == amount)
            self._reverse(clerk, undone, form=form)

    def _deposit(self, clerk: str, who: str, amount: int, *, form: UUID) -> None:
        with clock.at(self.now):
            booking = take_deposit(self.actors[clerk], self.world.people[who], amount_fen=amount, request_key=form)
        self._compare(booking, self.model.deposit(clerk, who, amount, form=form, now=self._local()), form=form)

    def _withdraw(self, clerk: str, who: str, amount: int, *, seen: bool, form: UUID) -> None:
        with clock.at(self.now):
            booking = pay_withdrawal(
                self.actors[clerk], self.world.people[who], amount_fen=amount, is_identified=seen, request_key=form
            )
        self._compare(booking, self.model.withdraw(clerk, who, amount, seen=seen, form=form, now=self._local()), form=form)

    def _reverse(self, clerk: str, at: int, *, form: UUID) -> None:
        with clock.at(self.now):
            booking = reverse_slip(self.actors[clerk], self.slip_ids[at], reason="mistake", request_key=form)
        self._compare(booking, self.model.reverse(clerk, at, form=form, now=self._local()), form=form)

    def _compare(self, booking: Booking, expected: str, *, form: UUID) -> None:
        note(f"{booking.outcome.name}, expected {expected}")
        assert booking.outcome.name == expected
        if expected == "DONE":
            self.slip_ids.append(booking.slip_id or 0)
        assert booking.slip_id == (self.slip_ids[self.model.forms[form][3]] if expected in ("DONE", "REPEATED") else None)

    def _local(self) -> Any:
        return self.now.astimezone(clock.campus_zone())

    # Cash on its way

    @rule(clerk=clerks)
    def hand_over(self, clerk: str) -> None:
        with clock.at(self.now):
            result = hand_over_cash(self.actors[clerk])
        assert result.outcome.name == self.model.hand_over(clerk)
        if result.outcome.name == "DONE":
            self.handover_ids.append(result.handover_id or 0)

    @precondition(lambda self: self.handover_ids)
    @rule(
        data=st.data(),
        by=clerks,
        witness=clerks,
        seal=st.sampled_from(["", "S1", "S2"]),
        is_right=st.sampled_from([True, True, True, False]),
    )
    def store(self, data: st.DataObject, by: str, witness: str, seal: str, is_right: bool) -> None:
        at = self._a_handover(data)
        forget_tries(Operator.objects.get(username=witness))
        with clock.at(self.now):
            result = put_into_safe(
                self.actors[by],
                self.handover_ids[at],
                bag_no="B1",
                seal_no=seal,
                witness=witness,
                witness_password=PASSWORD if is_right else "wrong",
            )
        assert result.outcome.name == self.model.store(by, at, seal=seal, witness=witness, is_right=is_right)

    @precondition(lambda self: self.handover_ids)
    @rule(data=st.data(), seal=st.sampled_from(["S1", "S2"]))
    def take_out(self, data: st.DataObject, seal: str) -> None:
        at = self._a_handover(data)
        with clock.at(self.now):
            result = take_out_of_safe(self.actors["li"], self.handover_ids[at], seal_no=seal)
        assert result.outcome.name == self.model.take_out(at, seal)

    @precondition(lambda self: self.handover_ids)
    @rule(data=st.data(), off=st.sampled_from([0, 0, 0, 100]))
    def confirm(self, data: st.DataObject, off: int) -> None:
        at = self._a_handover(data)
        counted = self.model.handovers[at].amount + off
        with clock.at(self.now):
            result = confirm_handover(self.actors["sun"], self.handover_ids[at], counted_fen=counted)
        assert result.outcome.name == self.model.confirm("sun", at, counted)

    def _a_handover(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.handover_ids) - 1))

    # Time

    @rule(minutes=st.sampled_from([1, 60, 3 * 60, 9 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def turn_the_day(self) -> None:
        """The business day ends whatever the counter does; shifts may go on over it."""
        following: date = self.day + timedelta(days=1)
        close_day(self.world, self.day, next_date=following)
        self.day = following
        self.model.day += 1

    # What must hold after every step

    @invariant()
    def books_agree(self) -> None:
        found = balances(self.world)
        assert {who: found[who] for who in HOLDERS} == self.model.purse
        drawers = dict(Till.objects.values_list("code", "account__balance_fen"))
        assert drawers == self.model.drawer
        shared = (Subject.SAFE_CASH, Subject.CASH_TO_FINANCE, Subject.CASH_OVER_SHORT)
        places = tuple(ledger.balance_of(ledger.shared_account(subject)) for subject in shared)
        assert places == (self.model.safe, self.model.on_the_way, self.model.over_short)
        bank = ledger.balance_of(ledger.shared_account(Subject.BANK_CLEARING))
        assert bank == self.bank + self.model.received

    @invariant()
    def states_agree(self) -> None:
        assert list(Shift.objects.order_by("pk").values_list("state", flat=True)) == [one.state for one in self.model.shifts]
        states = list(Handover.objects.order_by("pk").values_list("state", flat=True))
        assert states == [one.state for one in self.model.handovers]


@override_settings(PASSWORD_HASHERS=FAST)
def test_random_days_agree_with_the_model(world: World) -> None:
    for number, code in enumerate(TILLS, start=1):
        till(code, number=number)
    mark_left(world.cast.clerk, world.people["gao"], left_on=DAY, reason="graduated")
    Counter.world = world
    Counter.actors = {name: operator(name) for name in CLERKS} | {"sun": operator("sun", Post.FINANCE)}
    run_machine(Counter, examples=15)


def test_the_model_is_not_a_mirror() -> None:
    """The model refuses on its own."""
    empty = Model({"lin": 0}, set(), {"W1": 0})
    now = TUESDAY_TEN.astimezone(clock.campus_zone())
    assert empty.deposit("zhao", "lin", 5_000, form=1, now=now) == "REFUSED_NO_SHIFT"
    assert empty.open_shift("zhao", "W1", 0) == "DONE"
    assert empty.deposit("zhao", "lin", 5_000, form=1, now=now) == "DONE"
    assert empty.deposit("zhao", "lin", 5_000, form=1, now=now) == "REPEATED"
    assert empty.withdraw("zhao", "lin", 6_000, seen=True, form=2, now=now) == "REFUSED_INSUFFICIENT"
