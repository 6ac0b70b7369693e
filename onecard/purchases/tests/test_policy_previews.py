from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.report_loss import report_loss
from onecard.kernel import clock
from onecard.policies.previews import Effect, effect_of
from onecard.purchases import policy_previews
from onecard.purchases.actions.authorise_purchases import authorise_purchases
from onecard.purchases.actions.collect_purchases import collect_purchases
from onecard.purchases.actions.reverse_purchases import reverse_purchases
from onecard.purchases.types import PinCheck
from tests import world as cast
from tests.world import CARD_NO, DAY, NOON, World

LATER = NOON + timedelta(days=10)


@pytest.fixture
def term(world: World) -> Iterator[World]:
    """A day of Lin's and Wang's purchases, 10 days ago: 8, 20, 30 and 12 yuan of Lin (the last collected), 26 of Wang."""
    amounts = [(1, "lin", 800), (2, "lin", 2_000), (3, "lin", 3_000), (4, "wang", 2_600)]
    records = [world.record(seq, who=who, amount_fen=fen) for seq, who, fen in amounts]
    authorise_purchases(records, pins=[PinCheck.RIGHT] * 4, received_at=NOON)
    reverse_purchases(records[3:], received_at=NOON)
    collect_purchases([world.record(5, amount_fen=1_200)], received_at=NOON + timedelta(minutes=5))
    with clock.at(LATER):
        yield world


def numbers(effect: Effect | None) -> tuple[list[int], list[int]]:
    assert effect is not None
    return [now.number for now, _ in effect.lines], [then.number for _, then in effect.lines]


def test_which_purchases_would_have_asked_for_the_pin(term: World) -> None:
    # Lin's third is above the single limit and the day's; with 20 yuan the third and Wang's; with 7 all four.
    assert numbers(effect_of("purchases.pin_single_limit_fen", 700)) == ([4, 2, 5_600], [4, 4, 8_400])
    assert numbers(effect_of("purchases.pin_single_limit_fen", 100_000)) == ([4, 2, 5_600], [4, 1, 3_000])
    assert numbers(effect_of("purchases.pin_day_limit_fen", 2_700)) == ([4, 2, 5_600], [4, 3, 7_600])


def test_of_many_purchases_some_days_stand_for_all(term: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # Four more days with one purchase of Wang each, so nine ids; with at most five of them every second day is looked at.
    for number in range(1, 5):
        day = NOON + timedelta(days=number)
        with clock.at(day):
            cast.close_day(term, DAY + timedelta(days=number - 1), next_date=DAY + timedelta(days=number))
        record = term.record(10 + number, who="wang", amount_fen=1_000, occurred_at=day)
        authorise_purchases([record], received_at=day)
    exact = [8, 2, 5_600]
    assert numbers(effect_of("purchases.pin_day_limit_fen", 2_700))[0] == exact
    monkeypatch.setattr(policy_previews, "MOST_ROWS", 5)
    # The days of the term are counted from its first, 140 days before: the first, third and fifth stand for all.
    with clock.at(NOON + timedelta(days=140)):
        sampled = numbers(effect_of("purchases.pin_day_limit_fen", 2_700))[0]
    assert sampled == [round(6 * 9 / 7), round(2 * 9 / 7), round(5_600 * 9 / 7)]


def test_only_the_last_term_counts(term: World) -> None:
    cast.close_day(term, DAY, next_date=DAY + timedelta(days=1))
    with clock.at(NOON):  # today's purchases are not in the term
        assert numbers(effect_of("purchases.pin_single_limit_fen", 700)) == ([0, 0, 0], [0, 0, 0])
    with clock.at(NOON + timedelta(days=140)):
        assert numbers(effect_of("purchases.pin_single_limit_fen", 700))[0][0] == 4
    with clock.at(NOON + timedelta(days=141)):
        assert numbers(effect_of("purchases.pin_single_limit_fen", 700))[0][0] == 0


def test_what_another_waiting_time_would_have_cost(term: World) -> None:
    report_loss(term.cast.clerk, CARD_NO["lin"], at=NOON)
    with clock.at(NOON + timedelta(hours=30)):
        replace_card(term.cast.clerk, CARD_NO["lin"], new_card_no=2001)
    bought = NOON + timedelta(hours=1)
    late = [
        term.record(6, amount_fen=500, occurred_at=bought, blacklist_version=0),
        term.record(7, amount_fen=300, occurred_at=bought),
    ]
    collect_purchases(late[:1], received_at=NOON + timedelta(hours=26))
    collect_purchases(late[1:], received_at=NOON + timedelta(hours=40))
    # A day: nobody waited longer, both records came later. Three days: Lin would have waited 42 hours more, both were in.
    now, then = numbers(effect_of("cards.replacement_wait_hours", 72))
    assert now == [0, 0, 2, 800, 300]
    assert then == [1, 42, 0, 0, 0]


def test_what_another_fee_rate_would_have_taken(term: World) -> None:
    assert numbers(effect_of("settlement.fee_rate_bp", 50)) == ([7_000, 0], [7_000, 35])


def test_without_purchases_there_is_no_effect(world: World) -> None:
    with clock.at(LATER):
        assert numbers(effect_of("purchases.pin_single_limit_fen", 700)) == ([0, 0, 0], [0, 0, 0])
        assert numbers(effect_of("settlement.fee_rate_bp", 50)) == ([0, 0], [0, 0])
