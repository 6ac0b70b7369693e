"""A temporary card pays a surcharge on what it buys: out of the cash purse, to the centre, beside the price."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.access.types import Actor
from onecard.cards.models import Card
from onecard.cards.types import CardKind
from onecard.kernel import clock
from onecard.ledger.models import HeldRecord, Transfer
from onecard.ledger.types import TransferKind
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.previews import effect_of
from onecard.policies.types import PolicyOutcome
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.correct_held_record import correct_held_record
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.limits import limits_now
from onecard.purchases.models import Purchase
from onecard.purchases.types import Flag, HeldOutcome, Outcome, PinCheck, PurchaseLimits, Result, ReversalOutcome
from onecard.terminals.types import TerminalRecord
from tests.world import CARD_NO, NOON, World, balances, broken_invariants

TENTH = PurchaseLimits(surcharge_bp=1_000)


@pytest.fixture
def campus(world: World) -> World:
    """The cast, where Wang (100 yuan in cash) and Lin (100 in cash, 30 of subsidies) have temporary cards."""
    Card.objects.filter(card_no__in=[CARD_NO["lin"], CARD_NO["wang"]]).update(kind=CardKind.TEMPORARY)
    return world


def ask(*records: TerminalRecord, pin: PinCheck = PinCheck.RIGHT) -> list[Result]:
    results = authorise_purchases(records, pins=[pin] * len(records), received_at=NOON, limits=TENTH)
    assert broken_invariants() == {}
    return results


def moved(world: World, before: dict[str, int]) -> dict[str, int]:
    """What changed, by name."""
    return {name: fen - before[name] for name, fen in balances(world).items() if fen != before[name]}


@pytest.mark.parametrize(
    ("who", "amount_fen", "expected"),
    [
        ("chen", 1_000, {"chen": -1_000, "canteen": 1_000}),
        ("lin", 1_000, {"lin subsidy": -1_000, "canteen": 1_000, "lin": -100, "fees": 100}),
        ("lin", 4_000, {"lin subsidy": -3_000, "canteen": 4_000, "lin": -1_400, "fees": 400}),
        ("lin", 4, {"lin subsidy": -4, "canteen": 4}),
        ("lin", 5, {"lin subsidy": -5, "canteen": 5, "lin": -1, "fees": 1}),
    ],
)
def test_it_is_paid_on_top_rounded_half_up(campus: World, who: str, amount_fen: int, expected: dict[str, int]) -> None:
    before = balances(campus)
    [result] = ask(campus.record(1, who=who, amount_fen=amount_fen))
    assert (result.outcome, result.surcharge_fen) == (Outcome.APPROVED, expected.get("fees", 0))
    assert moved(campus, before) == expected


def test_the_purses_must_hold_both(campus: World) -> None:
    has_fen = balances(campus)["lin"] + balances(campus)["lin subsidy"]
    most_fen = has_fen * 10 // 11
    [too_much, most] = ask(campus.record(1, amount_fen=most_fen + 1), campus.record(2, amount_fen=most_fen))
    assert [too_much.outcome, most.outcome] == [Outcome.DECLINED_INSUFFICIENT, Outcome.APPROVED]
    assert (too_much.surcharge_fen, most.surcharge_fen) == (0, (most_fen + 5) // 10)


def test_the_second_of_a_batch_finds_what_the_first_left(campus: World) -> None:
    both = [campus.record(seq, who="wang", amount_fen=balances(campus)["wang"] // 2) for seq in (1, 2)]
    assert [result.outcome for result in ask(*both)] == [Outcome.APPROVED, Outcome.DECLINED_INSUFFICIENT]


def test_subsidies_pay_no_surcharge(campus: World) -> None:
    ask(campus.record(1, who="lin", amount_fen=3_000))
    campus.grant("lin", 5_000, seq=50)
    spare_fen = balances(campus)["lin"]
    ask(campus.record(2, amount_fen=1, who="lin"))
    collect_purchases(
        [campus.record(3, amount_fen=spare_fen + 4_999)], received_at=NOON
    )  # nothing is left but what was overdrawn
    campus.grant("lin", 5_000, seq=51)
    [result] = ask(campus.record(4, who="lin", amount_fen=10))
    assert (balances(campus)["lin subsidy"], result.outcome) == (5_000, Outcome.DECLINED_INSUFFICIENT)


def test_a_collected_record_overdraws_by_it(campus: World) -> None:
    amount_fen = balances(campus)["wang"]
    [result] = collect_purchases([campus.record(1, who="wang", amount_fen=amount_fen)], received_at=NOON, limits=TENTH)
    assert (result.outcome, result.flags) == (Outcome.BOOKED_FLAGGED, Flag.OVERDRAWN)
    assert balances(campus)["wang"] == -((amount_fen + 5) // 10)
    assert broken_invariants() == {}


def test_what_the_centre_bears_has_none(campus: World) -> None:
    Card.objects.filter(card_no=CARD_NO["lost"]).update(kind=CardKind.TEMPORARY)
    before = balances(campus)
    record = campus.record(1, who="lost", occurred_at=NOON + timedelta(minutes=5))
    [result] = collect_purchases([record], received_at=NOON + timedelta(minutes=5), limits=TENTH)
    assert (result.flags, result.surcharge_fen) == (Flag.AFTER_LOSS, 0)
    assert moved(campus, before) == {"canteen": 1_000, "losses": 1_000}


def test_it_is_told_again_and_goes_back_with_a_reversal(campus: World) -> None:
    before, record = balances(campus), campus.record(1, who="wang")
    [first], [again] = ask(record), ask(record)
    assert (again.outcome, again.first_outcome, again.surcharge_fen) == (Outcome.REPEATED, Outcome.APPROVED, first.surcharge_fen)
    assert first.surcharge_fen == 100
    assert reverse_purchases([record], received_at=NOON) == [ReversalOutcome.REVERSED]
    assert moved(campus, before) == {}
    [late] = ask(record)
    assert (late.first_outcome, late.surcharge_fen) == (Outcome.DECLINED_REVERSED, 0)


def test_a_correction_asks_it_too(campus: World) -> None:
    with_policy(1_000)
    ask(campus.record(1, who="wang"))
    collect_purchases([campus.record(1, who="wang", amount_fen=2_000)], received_at=NOON)
    before, held = balances(campus), HeldRecord.objects.get()
    outcome = correct_held_record(
        Actor.system("test"), held.pk, card_no=CARD_NO["wang"], amount_fen=2_000, occurred_at=NOON.isoformat()
    )
    assert outcome is HeldOutcome.CORRECTED
    assert moved(campus, before) == {"wang": -2_200, "canteen": 2_000, "fees": 200}
    assert broken_invariants() == {}


def test_the_policy_sets_it_and_shows_its_effect(campus: World) -> None:
    with_policy(500)
    authorise_purchases([campus.record(1, who="wang"), campus.record(2, who="chen")], received_at=NOON)
    [kept, other] = Purchase.objects.order_by("seq")
    assert (kept.surcharge_fen, other.surcharge_fen, limits_now().surcharge_bp) == (50, 0, 500)
    assert Transfer.objects.get(kind=TransferKind.SURCHARGE).leg == 4
    with clock.at(NOON + timedelta(days=10)):
        effect = effect_of("cards.temporary_surcharge_bp", 1_000)
    assert effect is not None
    assert [(now.number, then.number) for now, then in effect.lines] == [(1, 1), (1_000, 1_000), (50, 100)]


def with_policy(surcharge_bp: int) -> None:
    """Put the surcharge in force from today on."""
    with clock.at(NOON):
        done = set_policy(
            Actor.system("test"), "cards.temporary_surcharge_bp", value=surcharge_bp, effective_from=None, reason="a test"
        )
    assert done is PolicyOutcome.DONE
