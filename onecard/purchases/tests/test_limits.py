from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.kernel import clock
from onecard.policies.actions.set_policy import set_policy
from onecard.policies.types import PolicyOutcome
from onecard.purchases import limits
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.types import Outcome, PurchaseLimits, ReversalOutcome
from tests.world import DAY, NOON, World


def set_now(world: World, name: str, value: int) -> None:
    with clock.at(NOON):
        done = set_policy(world.cast.clerk, name, value=value, effective_from=None, reason="a test")
    assert done is PolicyOutcome.DONE


def test_the_defaults_of_rules_and_catalogue_are_the_same(world: World) -> None:
    assert limits.limits_on(DAY) == PurchaseLimits()


def test_purchases_are_judged_by_the_policy_of_their_day(world: World) -> None:
    set_now(world, "purchases.pin_single_limit_fen", 800)
    with clock.at(NOON):
        [asked, approved] = authorise_purchases([world.record(1, amount_fen=801), world.record(2, amount_fen=800)])
    with clock.at(NOON - timedelta(days=1)):
        assert limits.limits_now().pin_single_fen == 2_500
    assert (asked.outcome, approved.outcome) == (Outcome.DECLINED_PIN_REQUIRED, Outcome.APPROVED)


def test_records_and_reversals_are_judged_by_policies(world: World) -> None:
    set_now(world, "purchases.most_amount_fen", 10_000)
    set_now(world, "purchases.reversal_hours", 1)
    with clock.at(NOON):
        [held, booked] = collect_purchases([world.record(1, amount_fen=10_001), world.record(2, amount_fen=10_000)])
        authorise_purchases([world.record(3, who="wang"), world.record(4, who="wang")])
    with clock.at(NOON + timedelta(hours=1)):
        [in_time] = reverse_purchases([world.record(3, who="wang")])
    with clock.at(NOON + timedelta(hours=1, seconds=1)):
        [late] = reverse_purchases([world.record(4, who="wang")])
    assert (held.outcome, booked.outcome) == (Outcome.HELD_INVALID, Outcome.BOOKED)
    assert (in_time, late) == (ReversalOutcome.REVERSED, ReversalOutcome.REFUSED_TOO_LATE)


def test_a_process_works_by_a_new_value_after_seconds(own_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = [0.0]
    monkeypatch.setattr("onecard.purchases.limits.time.monotonic", lambda: seconds[0])
    monkeypatch.setattr(limits, "_latest", None)
    with clock.at(NOON):
        assert limits.limits_now().pin_day_fen == 5_000
        set_now(own_world, "purchases.pin_day_limit_fen", 6_000)
        seconds[0] = limits.FRESH_S
        assert limits.limits_now().pin_day_fen == 5_000
        seconds[0] += 0.1
        assert limits.limits_now().pin_day_fen == 6_000
    with clock.at(NOON - timedelta(days=1)):
        assert limits.limits_now().pin_day_fen == 5_000
