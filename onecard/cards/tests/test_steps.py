"""Steps with more than a state: waiting and fees, extension, deposit, return, scrap, test cards, history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.cards.actions.extend_card import extend_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.register_test_card import register_test_card
from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.return_card import return_card
from onecard.cards.actions.scrap_card import scrap_card
from onecard.cards.actions.set_pin import set_pin
from onecard.cards.models import Card
from onecard.cards.queries import holders_of, number_refusal
from onecard.cards.types import CardKind, CardOutcome, CardStage, PaidBy, PinOutcome, Step
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from tests.world import CARD_NO, NOON, World, balances, broken_invariants, card

LATER = NOON + timedelta(hours=23)
"""A day after the cast's lost card was reported."""
DONE = CardOutcome.DONE


def replace(world: World, **how: Any) -> CardOutcome:
    return replace_card(world.cast.clerk, CARD_NO["lost"], new_card_no=7_001, **how)


def test_the_waiting_time_is_over_after_a_day_to_the_second(world: World) -> None:
    with clock.at(LATER - timedelta(seconds=1)):
        assert replace(world) is CardOutcome.REFUSED_WAITING
    with clock.at(LATER):
        assert replace(world) is DONE


def test_at_once_it_needs_approval(world: World) -> None:
    clerk = Actor(1, "clerk", frozenset({"cards.replace_card_at_once"}))
    with clock.at(NOON), pytest.raises(NotPermitted, match="approved proposal"):
        replace_card_at_once(clerk, CARD_NO["lost"], new_card_no=7_001)
    assert card("lost").stage is CardStage.LOST
    with clock.at(NOON):
        assert replace_card_at_once(world.cast.clerk, CARD_NO["lost"], new_card_no=7_001) is DONE


def test_the_fee_leaves_the_purse_once(world: World) -> None:
    before = balances(world)["lost"]
    with clock.at(LATER):
        assert replace(world, fee=PaidBy.PURSE) is DONE
        assert replace(world, fee=PaidBy.PURSE) is CardOutcome.REPEATED
    assert balances(world)["lost"] == before - 1_500
    assert ledger.balance_of(ledger.shared_account(Subject.CARD_FEES)) == 1_500
    assert broken_invariants() == {}


def test_without_the_money_nothing_changes(world: World) -> None:
    with clock.at(NOON):
        issue_card(world.cast.clerk, 7_100, person_id=world.people["cancelled"])
        report_loss(world.cast.clerk, 7_100, at=NOON - timedelta(days=2))
    with clock.at(LATER):
        outcome = replace_card(world.cast.clerk, 7_100, new_card_no=7_101, fee=PaidBy.PURSE)
    assert outcome is CardOutcome.REFUSED_INSUFFICIENT
    assert Card.objects.get(card_no=7_100).stage is CardStage.LOST
    assert not Card.objects.filter(card_no=7_101).exists()


def test_the_pin_goes_on_with_the_new_card(world: World) -> None:
    Card.objects.filter(card_no=CARD_NO["lost"]).update(pin_hash="x", pin_wrong_tries=3, pin_blocked_at=NOON, pin_single_fen=5)
    with clock.at(LATER):
        replace(world)
    new = Card.objects.get(card_no=7_001)
    assert (new.pin_hash, new.pin_wrong_tries, new.pin_blocked_at, new.pin_single_fen) == ("x", 3, NOON, 5)


def test_an_expired_card_is_extended(world: World) -> None:
    with clock.at(NOON):
        assert card("expired").stage is CardStage.EXPIRED
        assert extend_card(world.cast.clerk, CARD_NO["expired"], until=date(2026, 8, 31)) is CardOutcome.REPEATED
        assert extend_card(world.cast.clerk, CARD_NO["expired"], until=date(2027, 8, 31)) is DONE
        assert card("expired").stage is CardStage.ACTIVE
        assert extend_card(world.cast.clerk, CARD_NO["lost"], until=date(2027, 8, 31)) is CardOutcome.REFUSED_LOST


@pytest.mark.parametrize(("way", "taken"), [(PaidBy.PURSE, 2_000), (PaidBy.COUNTER, 0)])
def test_a_temporary_card_and_its_deposit(world: World, way: PaidBy, taken: int) -> None:
    deposits = ledger.shared_account(Subject.CARD_DEPOSITS)
    with clock.at(NOON):
        issued = issue_card(
            world.cast.clerk, 7_001, person_id=world.people["wang"], kind=CardKind.TEMPORARY, requested_by="Library", deposit=way
        )
        found = Card.objects.get(card_no=7_001)
        assert (issued, found.expires_on, found.deposit_fen, found.requested_by) == (DONE, date(2026, 10, 1), 2_000, "Library")
        assert (balances(world)["wang"], ledger.balance_of(deposits)) == (10_000 - taken, taken)
        assert broken_invariants() == {}
        assert return_card(world.cast.clerk, 7_001, note="visit over") is DONE
        assert return_card(world.cast.clerk, 7_001) is CardOutcome.REPEATED
    assert (balances(world)["wang"], ledger.balance_of(deposits)) == (10_000, 0)
    assert Card.objects.get(card_no=7_001).deposit_returned_at == NOON
    assert broken_invariants() == {}


def test_a_deposit_that_is_not_there_is_not_taken(world: World) -> None:
    outcome = issue_card(
        world.cast.clerk,
        7_001,
        person_id=world.people["cancelled"],
        kind=CardKind.TEMPORARY,
        requested_by="Library",
        deposit=PaidBy.PURSE,
    )
    assert outcome is CardOutcome.REFUSED_INSUFFICIENT
    assert not Card.objects.filter(card_no=7_001).exists()


def test_a_card_comes_back_and_is_scrapped(world: World) -> None:
    with clock.at(NOON):
        assert scrap_card(world.cast.clerk, CARD_NO["lin"], reason="broken") is CardOutcome.REFUSED_NOT_RETURNED
        assert return_card(world.cast.clerk, CARD_NO["lin"]) is DONE
        assert return_card(world.cast.clerk, CARD_NO["gao"]) is DONE, "cancelled before"
        assert scrap_card(world.cast.clerk, CARD_NO["lin"], reason="broken") is DONE
        assert scrap_card(world.cast.clerk, CARD_NO["lin"], reason="broken") is CardOutcome.REPEATED
        assert issue_card(world.cast.clerk, 7_001, person_id=world.people["lin"]) is DONE
    assert card("lin").stage is CardStage.SCRAPPED
    assert broken_invariants() == {}


def test_a_test_card_is_nobodys_and_moves_no_money(world: World) -> None:
    assert register_test_card(world.cast.clerk, 4_242, purpose="new terminals") is DONE
    assert register_test_card(world.cast.clerk, 4_242, purpose="again") is CardOutcome.REPEATED
    assert register_test_card(world.cast.clerk, CARD_NO["lin"], purpose="x") is CardOutcome.REFUSED_NUMBER_TAKEN
    assert number_refusal(4_242) is CardOutcome.REFUSED_TEST_NUMBER
    assert issue_card(world.cast.clerk, 4_242, person_id=world.people["gao"]) is CardOutcome.REFUSED_TEST_NUMBER
    assert holders_of([4_242]) == {}, "booking knows no holder: purchases are declined, or held"


def test_history_says_who_did_what(world: World) -> None:
    with clock.at(LATER):
        replace(world)
    steps = card("lost").steps.order_by("pk").values_list("step", "stage", "by", "note")
    assert list(steps) == [
        (Step.ISSUE, CardStage.ISSUED, "clerk", ""),
        (Step.ACTIVATE, CardStage.ACTIVE, "clerk", ""),
        (Step.REPORT_LOSS, CardStage.LOST, "clerk", ""),
        (Step.REPLACE, CardStage.CANCELLED, "clerk", "7001"),
    ]


def test_a_cancelled_card_gets_no_pin(world: World) -> None:
    assert set_pin(world.cast.clerk, CARD_NO["cancelled"], pin="739418") is PinOutcome.REFUSED_CARD
