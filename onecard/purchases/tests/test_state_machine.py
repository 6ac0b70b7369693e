"""Random lives of a small campus, step by step against the model (model.py). Floors and rules that no example thinks of.

ONECARD_EXAMPLES (default 80) and ONECARD_STEPS (default 30) say how long; ONECARD_SEED replays a printed seed.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardOutcome, CardState
from onecard.kernel import clock
from onecard.ledger.models import HeldRecord
from onecard.ledger.queries import trial_balance
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.tests.model import Model, ModelCard, Slip, Till
from onecard.purchases.types import PinCheck, PurchaseLimits, Result
from onecard.terminals import queries as terminals
from onecard.terminals.models import Terminal
from onecard.terminals.types import SEQ_PER_BATCH, TerminalRecord
from tests.machines import run_machine
from tests.world import CARD_NO, DAY, NOON, UNKNOWN_CARD, World, balances, broken_invariants, close_day

CARDS = [*CARD_NO.values(), UNKNOWN_CARD, *[CARD_NO[who] for who in ("lin", "wang", "chen") for _ in range(4)]]
HOLDERS = sorted(CARD_NO)
AMOUNTS = st.one_of(st.integers(1, 3_000), st.sampled_from([1, 1_500, 1_501, 2_500, 2_501, 9_000, 13_000, 100_000]))

slips = st.builds(
    Slip,
    terminal=st.sampled_from(["plain", "plain", "plain", "limited", "night", "disabled", "shop", "shop"]),
    batch_no=st.sampled_from([0, 1]),
    seq=st.integers(1, 25),
    card_no=st.sampled_from(CARDS),
    amount=AMOUNTS,
    at=st.sampled_from([0, 0, 0, 30, 90, 24 * 60]).map(lambda minutes: NOON - timedelta(minutes=minutes)),
    version=st.sampled_from([None, None, 0, 10**9]),
    counter=st.sampled_from([None, None, 0, 5]),
    authentic=st.sampled_from([True, True, True, True, False]),
)
absurd = st.builds(
    Slip,
    terminal=st.just("plain"),
    batch_no=st.just(2),
    seq=st.integers(1, 5),
    card_no=st.sampled_from(CARDS),
    amount=st.sampled_from([0, -1, 100_001, 2**63 - 1, 5]),
    at=st.sampled_from([NOON, NOON - timedelta(days=500), NOON + timedelta(days=500)]),
)


class Campus(RuleBasedStateMachine):
    """The system and the model side by side; every rule does the same to both and compares the answers."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = NOON
        self.day = DAY
        self.model = model_of(self.world)
        self.sent: list[Slip] = []
        self.next_post = 1_000
        self.next_card = 2_000

    def teardown(self) -> None:
        try:
            assert broken_invariants() == {}
            for day in (self.day, DAY):
                lines = trial_balance(day)
                assert sum(line.subject.normal_side * line.closing_fen for line in lines) == 0
        finally:
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

    @initialize(surcharge_bp=st.sampled_from([0, 500, 1_250]), holders=st.sets(st.sampled_from(["lin", "wang", "lost"])))
    def make_temporary(self, surcharge_bp: int, holders: set[str]) -> None:
        """Some cards are temporary ones that pay so much on top."""
        self.limits = PurchaseLimits(surcharge_bp=surcharge_bp)
        self.model.surcharge_bp = surcharge_bp
        for who in holders:
            Card.objects.filter(card_no=CARD_NO[who]).update(kind=CardKind.TEMPORARY)
            self.model.cards[CARD_NO[who]].temporary = True

    # Money in

    @rule(purse=st.sampled_from(["cash", "subsidy"]), amount=st.integers(1, 20_000), who=st.sampled_from(HOLDERS))
    def post(self, purse: str, amount: int, who: str) -> None:
        self._post(purse, who, amount, seq=self.next_post)
        self.next_post += 1

    @precondition(lambda self: self.next_post > 1_000)
    @rule(data=st.data(), amount=st.integers(1, 20_000), who=st.sampled_from(HOLDERS))
    def post_again(self, data: st.DataObject, amount: int, who: str) -> None:
        seq = data.draw(st.sampled_from(sorted(self.model.posted)))
        purse, first_who, first_amount = self.model.posted[seq]
        self._post(purse, first_who, first_amount, seq=seq)
        self._post(purse, who, amount, seq=seq)

    def _post(self, purse: str, who: str, amount: int, *, seq: int) -> None:
        if purse == "subsidy" and who not in self.world.subsidy:
            purse = "cash"
        post = self.world.fund if purse == "cash" else self.world.grant
        outcome = post(who, amount, seq=seq)
        assert outcome.name == self.model.post(purse, who, amount, seq=seq)

    # Purchases

    @rule(batch=st.lists(slips, min_size=1, max_size=8), pin=st.sampled_from([0, 0, 1, 1, 1, 1, 2]))
    def authorise(self, batch: list[Slip], pin: int) -> None:
        self._authorise([self._timed(slip) for slip in batch], pin=pin)

    @rule(batch=st.lists(st.one_of(*[slips] * 9, absurd), min_size=1, max_size=8))
    def collect(self, batch: list[Slip]) -> None:
        self._collect([self._timed(slip) for slip in batch])

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), online=st.booleans())
    def send_again(self, data: st.DataObject, online: bool) -> None:
        """What was sent before, in another order, some of it twice, by either door."""
        batch = data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=10))
        self._authorise([one for one in batch if one.amount > 0], pin=1) if online else self._collect(batch)

    @rule(batch=st.lists(slips, min_size=1, max_size=4))
    def reverse(self, batch: list[Slip]) -> None:
        """Of numbers that mostly never came, or came with other content."""
        self._reverse([self._timed(slip) for slip in batch])

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def reverse_what_was_sent(self, data: st.DataObject) -> None:
        batch = data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=10))
        self._reverse([one for one in batch if one.amount > 0])

    def _reverse(self, batch: list[Slip]) -> None:
        outcomes = reverse_purchases([self._record(slip) for slip in batch], received_at=self.now)
        answered = [outcome.name for outcome in outcomes]
        note(f"reverse: {list(zip(batch, answered, strict=True))}")
        assert answered == self.model.reverse(batch, now=self.now)
        self.sent += batch

    def _timed(self, slip: Slip) -> Slip:
        changed: dict[str, Any] = {**vars(slip), "at": slip.at + (self.now - NOON)}
        return Slip(**changed)

    def _authorise(self, batch: list[Slip], *, pin: int) -> None:
        records = [self._record(slip) for slip in batch]
        results = authorise_purchases(records, pins=[PinCheck(pin)] * len(batch), received_at=self.now, limits=self.limits)
        self._compare(batch, results, online=True, pin=pin)

    def _collect(self, batch: list[Slip]) -> None:
        records = [self._record(slip) for slip in batch]
        results = collect_purchases(records, received_at=self.now, limits=self.limits)
        self._compare(batch, results, online=False, pin=0)

    def _record(self, slip: Slip) -> TerminalRecord:
        draft = TerminalRecord(
            terminal_id=self.world.terminals[slip.terminal],
            batch_no=slip.batch_no,
            seq=slip.seq,
            card_no=slip.card_no,
            amount_fen=slip.amount,
            occurred_at=slip.at,
            blacklist_version=slip.version,
            card_counter=slip.counter,
        )
        return self.world.signed(draft) if slip.authentic else draft

    def _compare(self, batch: list[Slip], results: list[Result], *, online: bool, pin: int) -> None:
        expected = self.model.book(batch, online=online, now=self.now, pins=[pin] * len(batch))
        answered = [_words(result) for result in results]
        note(f"{'authorise' if online else 'collect'}: {list(zip(batch, answered, strict=True))}")
        assert answered == expected
        self.sent += batch

    # Cards

    @rule(data=st.data(), minutes=st.sampled_from([0, 0, 45]))
    def report_loss(self, data: st.DataObject, minutes: int) -> None:
        card_no = self._a_card(data)
        at = self.now - timedelta(minutes=minutes)
        if report_loss(self.world.cast.clerk, card_no, at=at) is CardOutcome.DONE:
            card = self.model.cards[card_no]
            version = Card.objects.values_list("loss_version", flat=True).get(card_no=card_no)
            card.state, card.lost_at, card.version = "lost", at, version

    @rule(data=st.data(), what=st.sampled_from([activate_card, freeze_card, unfreeze_card, withdraw_loss_report, cancel_card]))
    def change_card(self, data: st.DataObject, what: Any) -> None:
        card_no = self._a_card(data)
        with clock.at(self.now):
            what(self.world.cast.clerk, card_no)
        self._read_card(card_no)

    @rule(data=st.data())
    def replace_card(self, data: st.DataObject) -> None:
        card_no = self._a_card(data)
        with clock.at(self.now):
            outcome = replace_card_at_once(self.world.cast.clerk, card_no, new_card_no=self.next_card)
        if outcome is CardOutcome.DONE:
            owner = self.model.cards[card_no].owner
            self._read_card(card_no)
            old = self.model.cards[card_no]
            self.model.cards[self.next_card] = ModelCard(owner=owner, expires=old.expires, temporary=old.temporary)
            self.next_card += 1

    def _a_card(self, data: st.DataObject) -> int:
        return data.draw(st.sampled_from(sorted(self.model.cards)))

    def _read_card(self, card_no: int) -> None:
        """The life of cards has its own tests; here the model only follows it."""
        row = Card.objects.get(card_no=card_no)
        card = self.model.cards[card_no]
        card.state = CardState(row.state).name.lower()
        card.lost_at, card.version, card.cancelled_at = row.loss_reported_at, row.loss_version, row.cancelled_at

    # Time

    @rule(minutes=st.sampled_from([1, 60, 7 * 60, 11 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(days=st.sampled_from([1, 1, 3]))
    def close_the_day(self, days: int) -> None:
        following = self.day + timedelta(days=days)
        close_day(self.world, self.day, next_date=following)
        self.day = self.model.day = following

    # What must hold after every step

    @invariant()
    def books_agree(self) -> None:
        found = balances(self.world)
        for who in HOLDERS:
            assert found[who] == self.model.cash[who], who
        for who in self.world.subsidy:
            assert found[f"{who} subsidy"] == self.model.subsidy[who], who
        for merchant in self.world.payable:
            assert found[merchant] == self.model.owed[merchant], merchant
        assert found["losses"] == self.model.losses
        assert found["fees"] == self.model.fees

    @invariant()
    def gaps_agree(self) -> None:
        names = {pk: name for name, pk in self.world.terminals.items()}
        found = [(names[gap.terminal_id], gap.batch_no, gap.first_seq, gap.last_seq) for gap in terminals.gaps()]
        assert sorted(found) == self.model.missing()

    @invariant()
    def held_records_agree(self) -> None:
        sources = dict(Terminal.objects.values_list("source_id", "code"))
        rows = HeldRecord.objects.values_list("source_id", "source_seq", "reason", "raw")
        found = sorted((sources[source], seq, why, raw["card_no"], raw["amount_fen"]) for source, seq, why, raw in rows)
        assert found == sorted(_held(reason, slip) for reason, slip in self._distinct_held())

    def _distinct_held(self) -> list[tuple[str, Slip]]:
        """Online requests carry no extras, so two that differ in nothing else are one."""
        return [
            (reason, slip)
            for reason, _, slip in {
                (reason, online, _without_extras(slip) if online else slip) for reason, online, slip in self.model.held
            }
        ]


def _without_extras(slip: Slip) -> Slip:
    return Slip(slip.terminal, slip.batch_no, slip.seq, slip.card_no, slip.amount, slip.at)


def _held(reason: str, slip: Slip) -> tuple[str, int, str, int, int]:
    return slip.terminal, slip.batch_no * SEQ_PER_BATCH + slip.seq, reason, slip.card_no, slip.amount


def _words(result: Result) -> str:
    first = f" {result.first_outcome.name}" if result.first_outcome else ""
    on_top = f" +{result.surcharge_fen}" if result.surcharge_fen else ""
    return result.outcome.name + first + on_top


def model_of(world: World) -> Model:
    """The model of the cast as it stands when a test begins."""
    model = Model(day=DAY)
    for name, card_no in CARD_NO.items():
        row = Card.objects.get(card_no=card_no)
        model.cards[card_no] = ModelCard(
            owner=name,
            state=CardState(row.state).name.lower(),
            expires=row.expires_on,
            lost_at=row.loss_reported_at,
            version=row.loss_version,
            cancelled_at=row.cancelled_at,
        )
    for till in Terminal.objects.select_related("merchant"):
        hours = (till.opens_at, till.closes_at) if till.opens_at and till.closes_at else None
        model.tills[till.code] = Till(till.merchant.code, till.state == 1, till.single_limit_fen, hours)
    found = balances(world)
    model.fees = found["fees"]
    model.cash.update({who: found[who] for who in HOLDERS})
    model.subsidy.update({who: found[f"{who} subsidy"] for who in world.subsidy})
    return model


def test_random_lives_agree_with_the_model(world: World) -> None:
    Campus.world = world
    run_machine(Campus, examples=80)


def test_the_model_is_not_a_mirror() -> None:
    """The model refuses on its own: without any card nothing is approved."""
    empty = Model(day=date(2026, 9, 1), tills={"plain": Till("canteen")})
    at = datetime.fromisoformat("2026-09-01T04:00:00+00:00")
    slip = Slip("plain", 1, 1, 5, 100, at)
    assert empty.book([slip], online=True, now=at, pins=[0]) == ["DECLINED_UNKNOWN_CARD"]
    assert empty.book([slip], online=False, now=at, pins=[0]) == ["HELD_CONFLICT"]
    with pytest.raises(KeyError):
        empty.book([Slip("nowhere", 1, 2, 5, 100, at)], online=True, now=at, pins=[0])
