"""The database and rules.py say the same about any card, terminal and record: Hypothesis looks for facts on which they differ."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardState
from onecard.kernel.clock import campus_zone
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.types import Entry, TransferKind
from onecard.purchases import rules
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.models import Purchase, Reversal
from onecard.purchases.rules import CardFacts, PurchaseFacts, TerminalFacts
from onecard.purchases.types import Flag, Outcome, PinCheck, PurchaseLimits, PurchaseMode, ReversalOutcome
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState
from tests.world import CARD_NO, DAY, NOON, World, balances

EXAMPLES = int(os.environ.get("ONECARD_EXAMPLES", "120"))
LIMITS = PurchaseLimits(surcharge_bp=625)
LIN = CARD_NO["lin"]

agreeing = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
moments = st.one_of(
    st.integers(-3, 3).map(lambda seconds: NOON + timedelta(seconds=seconds)),
    st.integers(-36, 36).map(lambda hours: NOON + timedelta(hours=hours)),
)
times = st.sampled_from([time(0), time(2), time(11, 59, 59), time(12), time(12, 0, 1), time(22), time(23, 59, 59, 999_999)])
amounts = st.sampled_from([1, 8, 99, 100, 101, 1_000, 2_500, 2_501, 5_000, 5_001, 20_000, 100_000])


@st.composite
def card_facts(draw: st.DrawFn) -> CardFacts:
    """A card as the constraints of its table allow it."""
    state = draw(st.sampled_from(CardState))
    was_lost = state is CardState.LOST or (state is CardState.CANCELLED and draw(st.booleans()))
    return CardFacts(
        state=state,
        expires_on=draw(st.sampled_from([None, *[DAY + timedelta(days=days) for days in (-2, -1, 0, 1)]])),
        loss_reported_at=draw(moments) if was_lost else None,
        loss_version=draw(st.integers(3, 5)) if was_lost else None,
        cancelled_at=draw(moments) if state is CardState.CANCELLED else None,
        cash_fen=draw(st.sampled_from([-500, 0, 1, 100, 2_500, 19_999, 200_000])),
        subsidy_fen=draw(st.sampled_from([0, 1, 99, 2_500])),
        spent_today_fen=draw(st.sampled_from([0, 1, 2_500, 4_999, 5_000])),
        is_temporary=draw(st.booleans()),
    )


@st.composite
def terminal_facts(draw: st.DrawFn) -> TerminalFacts:
    """A terminal as the constraints of its table allow it."""
    opens_at, closes_at = draw(st.one_of(st.just((None, None)), st.tuples(times, times).filter(lambda pair: pair[0] != pair[1])))
    return TerminalFacts(
        state=draw(st.sampled_from(TerminalState)),
        single_limit_fen=draw(st.sampled_from([None, 100, 2_500])),
        opens_at=opens_at,
        closes_at=closes_at,
    )


def arrange(world: World, card: CardFacts, terminal: TerminalFacts) -> None:
    """Bring Lin's card and purses and the terminal into this state: the purses by posting, the rest as columns."""
    if card.spent_today_fen:
        collect_purchases([world.record(1, batch_no=9, amount_fen=card.spent_today_fen)], received_at=NOON)
    now = balances(world)
    _bring(world, world.cash["lin"], card.cash_fen - now["lin"], seq=9_001)
    _bring(world, world.subsidy["lin"], card.subsidy_fen - now["lin subsidy"], seq=9_002)
    Card.objects.filter(card_no=LIN).update(
        state=card.state,
        expires_on=card.expires_on,
        loss_reported_at=card.loss_reported_at,
        loss_version=card.loss_version,
        cancelled_at=card.cancelled_at,
        kind=CardKind.TEMPORARY if card.is_temporary else CardKind.FORMAL,
    )
    Terminal.objects.filter(code="plain").update(
        state=terminal.state,
        single_limit_fen=terminal.single_limit_fen,
        opens_at=terminal.opens_at,
        closes_at=terminal.closes_at,
    )


def _bring(world: World, purse: int, change_fen: int, *, seq: int) -> None:
    debit, credit = (world.bank, purse) if change_fen > 0 else (purse, world.bank)
    if change_fen:
        post_transfers([Entry(world.job, seq, TransferKind.CORRECTION, debit, credit, abs(change_fen), NOON)])


@agreeing
@given(card=st.none() | card_facts(), terminal=terminal_facts(), amount_fen=amounts, pin=st.sampled_from(PinCheck), now=moments)
def test_authorise_agrees(
    world: World, card: CardFacts | None, terminal: TerminalFacts, amount_fen: int, pin: PinCheck, now: datetime
) -> None:
    with transaction.atomic():
        arrange(world, card or CardFacts(state=CardState.ACTIVE), terminal)
        record = world.record(1, who="lin" if card else 555, amount_fen=amount_fen, occurred_at=now)
        before = balances(world)
        [result] = authorise_purchases([record], pins=[pin], received_at=now, limits=LIMITS)
        here = now.astimezone(campus_zone())
        expected = rules.judge_online(card, terminal, amount_fen=amount_fen, local_time=here, pin=pin, limits=LIMITS)
        assert (result.outcome, result.first_outcome, result.flags) == (expected, None, Flag(0))
        if card is not None:
            paid_fen = amount_fen if expected is Outcome.APPROVED else 0
            on_top_fen = rules.surcharge_fen(card, amount_fen=paid_fen, limits=LIMITS)
            assert spent(world, before) == (*rules.split(paid_fen, subsidy_fen=card.subsidy_fen), 0, on_top_fen)
            assert result.surcharge_fen == on_top_fen
        transaction.set_rollback(True)


@agreeing
@given(
    card=st.none() | card_facts(),
    terminal=terminal_facts(),
    amount_fen=st.one_of(amounts, st.sampled_from([-1, 0, 100_001, 2**63 - 1])),
    occurred_at=st.one_of(moments, st.sampled_from([-401, -400, -399]).map(lambda days: NOON + timedelta(days=days, hours=-12))),
    version=st.sampled_from([None, 0, 3, 4, 5, 6]),
)
def test_collect_agrees(
    world: World,
    card: CardFacts | None,
    terminal: TerminalFacts,
    amount_fen: int,
    occurred_at: datetime,
    version: int | None,
) -> None:
    with transaction.atomic():
        arrange(world, card or CardFacts(state=CardState.ACTIVE), terminal)
        who = "lin" if card else 555
        record = world.record(1, who=who, amount_fen=amount_fen, occurred_at=occurred_at, blacklist_version=version)
        before = balances(world)
        [result] = collect_purchases([record], received_at=NOON, limits=LIMITS)
        outcome, flags, parts = judged(
            card, batch_no=1, amount_fen=amount_fen, occurred_at=occurred_at, blacklist_version=version
        )
        assert (result.outcome, result.flags) == (outcome, flags)
        assert spent(world, before) == parts
        if outcome.moved_money:
            kept = Purchase.objects.get(terminal_id=record.terminal_id, batch_no=1, seq=1)
            assert (kept.outcome, kept.flags) == (outcome, flags)
            assert (kept.subsidy_fen, kept.cash_fen, kept.lost_fen, kept.surcharge_fen) == parts
        transaction.set_rollback(True)


@agreeing
@given(
    before=st.lists(st.sampled_from(["ask", "collect", "reverse"]), max_size=3),
    who=st.sampled_from(["lin", "lin", "gao", 555]),
    age=st.sampled_from([-1, 0, 1]).flatmap(
        lambda past: st.sampled_from([timedelta(0), timedelta(days=1, microseconds=past), timedelta(days=1, seconds=past)])
    ),
    changed=st.sampled_from(
        [{}, {}, {}, {"amount_fen": 1_001}, {"card_no": LIN + 1}, {"occurred_at": NOON + timedelta(seconds=1)}]
    ),
)
def test_reverse_agrees(world: World, before: list[str], who: str | int, age: timedelta, changed: dict[str, Any]) -> None:
    with transaction.atomic():
        original = world.record(1, who=who)
        for door in before:
            DOORS[door]([original], received_at=NOON)
        reversal, start = dataclasses.replace(original, **changed), balances(world)
        facts = purchase_facts(is_same=reversal == original)
        [outcome] = reverse_purchases([reversal], received_at=NOON + age)
        assert outcome is rules.judge_reversal(facts, received_at=NOON + age, limits=LIMITS)
        given_back = balances(world)["lin"] + balances(world)["lin subsidy"] - start["lin"] - start["lin subsidy"]
        assert given_back == start["canteen"] - balances(world)["canteen"]
        assert given_back == (1_000 if outcome is ReversalOutcome.REVERSED else 0)
        after = purchase_facts(is_same=True)
        assert after is not None
        [again] = authorise_purchases([dataclasses.replace(original, **(changed if facts is None else {}))], received_at=NOON)
        assert (again.outcome, again.first_outcome) == (Outcome.REPEATED, rules.first_answer(after))
        transaction.set_rollback(True)


DOORS: dict[str, Callable[..., object]] = {"ask": authorise_purchases, "collect": collect_purchases, "reverse": reverse_purchases}


def purchase_facts(*, is_same: bool) -> PurchaseFacts | None:
    """What stands in the books under the only number there is."""
    kept = Purchase.objects.filter(batch_no=1, seq=1).first()
    if kept is None:
        return None
    was_reversed = Reversal.objects.filter(batch_no=1, seq=1).exists()
    return PurchaseFacts(Outcome(kept.outcome), PurchaseMode(kept.mode), kept.received_at, is_same, was_reversed)


def judged(
    card: CardFacts | None, *, batch_no: int, amount_fen: int, occurred_at: datetime, blacklist_version: int | None
) -> tuple[Outcome, Flag, tuple[int, int, int, int]]:
    """What rules.py says: outcome, flags, and the parts from subsidy, cash, the centre's losses, and what was paid on top."""
    oldest = datetime.combine(DAY, time(0), tzinfo=campus_zone()) - timedelta(days=LIMITS.max_age_days)
    plausible = rules.is_plausible(
        batch_no=batch_no,
        seq=1,
        amount_fen=amount_fen,
        occurred_at=occurred_at,
        received_at=NOON,
        oldest=oldest,
        limits=LIMITS,
    )
    if not plausible:
        return Outcome.HELD_INVALID, Flag(0), (0, 0, 0, 0)
    if card is None:
        return Outcome.HELD_UNKNOWN_CARD, Flag(0), (0, 0, 0, 0)
    flags = rules.flags_of(
        card,
        amount_fen=amount_fen,
        occurred_at=occurred_at,
        local_date=occurred_at.astimezone(campus_zone()).date(),
        blacklist_version=blacklist_version,
        limits=LIMITS,
    )
    outcome = Outcome.BOOKED_FLAGGED if flags else Outcome.BOOKED
    if Flag.AFTER_LOSS in flags:
        return outcome, flags, (0, 0, amount_fen, 0)
    on_top_fen = rules.surcharge_fen(card, amount_fen=amount_fen, limits=LIMITS)
    return outcome, flags, (*rules.split(amount_fen, subsidy_fen=card.subsidy_fen), 0, on_top_fen)


def spent(world: World, before: dict[str, int]) -> tuple[int, int, int, int]:
    """What left Lin's subsidy and cash purse and what the centre lost, which the merchant got, and what Lin paid on top of it."""
    after = balances(world)
    moved = {name: after[name] - before[name] for name in ("lin subsidy", "lin", "losses", "fees", "canteen")}
    parts = (-moved["lin subsidy"], -moved["lin"] - moved["fees"], moved["losses"])
    assert moved["canteen"] == sum(parts)
    return *parts, moved["fees"]
