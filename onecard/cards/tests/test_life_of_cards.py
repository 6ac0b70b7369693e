"""The actions of the room on real cards, from issue to cancellation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from onecard.access.types import NotPermitted
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.replace_card import replace_card
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import Card
from onecard.cards.types import CardKind, CardOutcome, CardState, Medium
from onecard.kernel import clock
from tests.world import CARD_NO, NOON, World, balances, card

LATER = NOON + timedelta(hours=23)
"""A day after the loss that the cast's lost card was reported with."""

ACTIONS: dict[str, Callable[..., CardOutcome]] = {
    "activate": activate_card,
    "report_loss": report_loss,
    "withdraw": withdraw_loss_report,
    "freeze": freeze_card,
    "unfreeze": unfreeze_card,
    "cancel": cancel_card,
}


@pytest.mark.parametrize(
    ("who", "what", "state"),
    [
        ("issued", "activate", CardState.ACTIVE),
        ("lin", "report_loss", CardState.LOST),
        ("issued", "report_loss", CardState.LOST),
        ("frozen", "report_loss", CardState.LOST),
        ("lost", "withdraw", CardState.ACTIVE),
        ("lin", "freeze", CardState.FROZEN),
        ("frozen", "unfreeze", CardState.ACTIVE),
        ("lin", "cancel", CardState.CANCELLED),
        ("issued", "cancel", CardState.CANCELLED),
        ("lost", "cancel", CardState.CANCELLED),
        ("frozen", "cancel", CardState.CANCELLED),
    ],
)
def test_done_then_repeated(world: World, who: str, what: str, state: CardState) -> None:
    act = ACTIONS[what]
    with clock.at(NOON):
        assert act(world.cast.clerk, CARD_NO[who]) is CardOutcome.DONE
        assert card(who).state == state
        assert act(world.cast.clerk, CARD_NO[who]) is CardOutcome.REPEATED, "the second time"
    assert card(who).state == state


@pytest.mark.parametrize("what", ACTIONS)
def test_the_outsider_and_the_auditor_are_refused(world: World, what: str) -> None:
    for actor in (world.cast.outsider, world.cast.auditor):
        with pytest.raises(NotPermitted), transaction.atomic():
            ACTIONS[what](actor, CARD_NO["lin"])
    assert card("lin").state == CardState.ACTIVE


@pytest.mark.parametrize("what", ACTIONS)
def test_an_unknown_card_is_named(world: World, what: str) -> None:
    with pytest.raises(Card.DoesNotExist), transaction.atomic():
        ACTIONS[what](world.cast.clerk, 424_242)


def test_each_loss_gets_the_next_blacklist_version(world: World) -> None:
    for who in ("lin", "wang"):
        report_loss(world.cast.clerk, CARD_NO[who], at=NOON)
    versions = [card(who).loss_version or 0 for who in ("lost", "lin", "wang")]
    assert versions == [versions[0], versions[0] + 4, versions[0] + 5], "between them a card was frozen and two cancelled"
    report_loss(world.cast.clerk, CARD_NO["lin"], at=NOON + timedelta(hours=1))
    assert card("lin").loss_version == versions[1]
    assert card("lin").loss_reported_at == NOON


def test_a_found_card_is_off_the_blacklist(world: World) -> None:
    withdraw_loss_report(world.cast.clerk, CARD_NO["lost"])
    assert (card("lost").loss_version, card("lost").loss_reported_at) == (None, None)


def test_a_frozen_card_that_was_lost_and_found_is_still_frozen(world: World) -> None:
    report_loss(world.cast.clerk, CARD_NO["frozen"])
    withdraw_loss_report(world.cast.clerk, CARD_NO["frozen"])
    assert card("frozen").state == CardState.FROZEN


def test_a_card_never_activated_that_was_lost_and_found_is_not_active(world: World) -> None:
    report_loss(world.cast.clerk, CARD_NO["issued"])
    withdraw_loss_report(world.cast.clerk, CARD_NO["issued"])
    assert card("issued").state == CardState.ISSUED


def test_a_replaced_card_leaves_the_money_where_it_is(world: World) -> None:
    before = balances(world)
    with clock.at(LATER):
        assert replace_card(world.cast.clerk, CARD_NO["lost"], new_card_no=7_001) is CardOutcome.DONE
    old, new = card("lost"), Card.objects.get(card_no=7_001)
    assert balances(world) == before
    assert (old.state, old.replaced_by_id, old.cancelled_at) == (CardState.CANCELLED, new.pk, LATER)
    assert (new.state, new.person_id, new.kind, new.expires_on) == (CardState.ACTIVE, old.person_id, old.kind, old.expires_on)
    assert replace_card(world.cast.clerk, CARD_NO["lost"], new_card_no=7_001) is CardOutcome.REPEATED
    assert replace_card(world.cast.clerk, CARD_NO["lost"], new_card_no=7_002) is CardOutcome.REFUSED_CANCELLED
    assert old.loss_version is not None, "records that come late still find the loss report"


@pytest.mark.parametrize(
    ("who", "new_card_no", "expected"),
    [
        ("lin", 7_001, CardOutcome.REFUSED_NOT_LOST),
        ("gao", 7_001, CardOutcome.REFUSED_CANCELLED),
        ("lost", CARD_NO["lin"], CardOutcome.REFUSED_NUMBER_TAKEN),
        ("lost", CARD_NO["lost"], CardOutcome.REFUSED_NUMBER_TAKEN),
    ],
)
def test_replacements_refused(world: World, who: str, new_card_no: int, expected: CardOutcome) -> None:
    with clock.at(LATER):
        assert replace_card(world.cast.clerk, CARD_NO[who], new_card_no=new_card_no) is expected


@pytest.mark.parametrize(
    ("card_no", "who", "kind", "expected"),
    [
        (7_001, "gao", CardKind.FORMAL, CardOutcome.DONE),
        (7_001, "lin", CardKind.FORMAL, CardOutcome.REFUSED_HAS_CARD),
        (7_001, "lost", CardKind.FORMAL, CardOutcome.REFUSED_HAS_CARD),
        (7_001, "lin", CardKind.TEMPORARY, CardOutcome.REFUSED_NO_UNIT),
        (7_001, "lin", CardKind.FAMILY, CardOutcome.DONE),
        (7_001, "lin", CardKind.TEST, CardOutcome.REFUSED_KIND),
        (CARD_NO["lin"], "gao", CardKind.FORMAL, CardOutcome.REFUSED_NUMBER_TAKEN),
        (CARD_NO["lin"], "lin", CardKind.FORMAL, CardOutcome.REFUSED_NUMBER_TAKEN),
    ],
)
def test_issue(world: World, card_no: int, who: str, kind: CardKind, expected: CardOutcome) -> None:
    outcome = issue_card(world.cast.clerk, card_no, person_id=world.people[who], kind=kind)
    assert outcome is expected


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"card_no": 0}, "card_number_is_positive"),
        ({"state": CardState.LOST}, "lost_card_has_loss_time"),
        ({"state": CardState.CANCELLED}, "cancelled_card_has_cancel_time"),
        ({"cancelled_at": NOON}, "cancelled_card_has_cancel_time"),
        ({"kind": CardKind.TEST}, "test_card_is_no_persons_card"),
        ({"medium": Medium.MADE}, "made_card_buys_nothing"),
        ({"medium": Medium.RETURNED}, "card_that_came_back_is_cancelled"),
        ({"medium": Medium.SCRAPPED}, "card_that_came_back_is_cancelled"),
        ({"deposit_fen": 1}, "deposit_says_how_it_was_paid"),
        ({"pin_blocked_at": NOON}, "blocked_pin_was_wrong"),
    ],
)
def test_the_database_knows_the_rules_too(world: World, change: dict[str, object], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Card.objects.filter(card_no=CARD_NO["lin"]).update(**change)
