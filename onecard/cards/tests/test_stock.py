"""The stock book: boxes, slips between two people, desks, and that it balances whatever happens at once."""

from __future__ import annotations

import functools
from collections.abc import Callable

import pytest

from onecard.access.types import Actor
from onecard.cards.actions.give_to_desk import give_to_desk
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.receive_box import receive_box
from onecard.cards.actions.receive_slip import receive_slip
from onecard.cards.actions.refuse_slip import refuse_slip
from onecard.cards.actions.return_card import return_card
from onecard.cards.actions.scrap_blanks import scrap_blanks
from onecard.cards.actions.scrap_card import scrap_card
from onecard.cards.actions.send_cards import send_cards
from onecard.cards.models import StockPile
from onecard.cards.queries import received_until, stock_book
from onecard.cards.tests.office import DESK_CLERK, MAKER, freshmen, send_blanks
from onecard.cards.types import CardOutcome, Condition, Place, StockOutcome
from onecard.kernel import clock
from tests.parallel import at_once
from tests.refused import refusal
from tests.world import DAY, NOON, World, broken_invariants

DONE = StockOutcome.DONE


def counts() -> dict[str, int]:
    return {f"{pile.place}{pile.desk} {pile.condition}": pile.count for pile in StockPile.objects.filter(count__gt=0)}


@pytest.mark.parametrize(
    ("count", "first_no", "last_no", "expected"),
    [
        (100, None, None, DONE),
        (100, 1, 100, DONE),
        (100, 1, 99, StockOutcome.REFUSED_NUMBERS),
        (100, 1, None, StockOutcome.REFUSED_NUMBERS),
        (0, None, None, StockOutcome.REFUSED_NUMBERS),
    ],
)
def test_a_box(world: World, count: int, first_no: int | None, last_no: int | None, expected: StockOutcome) -> None:
    assert receive_box(MAKER, "B1", count=count, first_no=first_no, last_no=last_no) is expected


def test_a_box_comes_once(world: World) -> None:
    assert [receive_box(MAKER, "B1", count=count) for count in (100, 100, 99)] == [
        DONE,
        StockOutcome.REPEATED,
        StockOutcome.REFUSED_BOX_TAKEN,
    ]
    assert counts() == {"making blank": 100}


def test_a_slip_takes_two_people_and_the_right_count(world: World) -> None:
    receive_box(MAKER, "B1", count=100)
    slip = send_blanks(60)
    assert counts() == {"making blank": 40, "on_the_way blank": 60}
    assert receive_slip(MAKER, slip, count=60) is StockOutcome.REFUSED_OWN
    assert receive_slip(DESK_CLERK, slip, count=59) is StockOutcome.REFUSED_COUNT
    assert refuse_slip(DESK_CLERK, slip, note=" ") is StockOutcome.REFUSED_NO_NOTE
    assert receive_slip(DESK_CLERK, slip, count=60) is DONE
    assert receive_slip(DESK_CLERK, slip, count=60) is StockOutcome.REPEATED
    assert refuse_slip(DESK_CLERK, slip, note="late") is StockOutcome.REFUSED_DECIDED
    assert counts() == {"making blank": 40, "settlement blank": 60}
    assert broken_invariants() == {}


def test_a_refused_slip_goes_back(world: World) -> None:
    receive_box(MAKER, "B1", count=100)
    slip = send_blanks(60)
    assert refuse_slip(DESK_CLERK, slip, note="59 counted") is DONE
    assert counts() == {"making blank": 100}
    assert refusal(f"update cards_stockslip set decided_by = sent_by where id = {slip}") == "slip_is_handed_to_somebody_else"


@pytest.mark.parametrize(
    ("places", "count", "card_nos", "expected"),
    [
        ((Place.MAKING, Place.MAKING), 1, (), StockOutcome.REFUSED_SAME_PLACE),
        ((Place.MAKING, Place.ISSUED), 1, (), StockOutcome.REFUSED_SAME_PLACE),
        ((Place.MAKING, Place.SETTLEMENT), 0, (), StockOutcome.REFUSED_NUMBERS),
        ((Place.MAKING, Place.SETTLEMENT), 1, (7,), StockOutcome.REFUSED_NUMBERS),
        ((Place.MAKING, Place.SETTLEMENT), 101, (), StockOutcome.REFUSED_NO_STOCK),
        ((Place.SETTLEMENT, Place.MAKING), 1, (), StockOutcome.REFUSED_NO_STOCK),
    ],
)
def test_slips_refused(
    world: World, places: tuple[Place, Place], count: int, card_nos: tuple[int, ...], expected: StockOutcome
) -> None:
    receive_box(MAKER, "B1", count=100)
    sent = send_cards(MAKER, places[0], to_place=places[1], condition=Condition.BLANK, count=count, card_nos=card_nos)
    assert sent.outcome is expected
    assert counts() == {"making blank": 100}


def stock_desk(cards: int) -> None:
    receive_box(MAKER, "B1", count=100)
    receive_slip(DESK_CLERK, send_blanks(cards), count=cards)
    assert give_to_desk(DESK_CLERK, "3", count=cards) is DONE


def test_from_the_desk_to_a_holder_and_back_to_the_shredder(world: World) -> None:
    [gao] = freshmen(1)
    with clock.at(NOON):
        stock_desk(2)
        assert issue_card(DESK_CLERK, 7_001, person_id=gao, desk="3") is CardOutcome.DONE
        assert counts() == {"making blank": 98, "desk3 blank": 1, "issued personalised": 1}
        assert return_card(DESK_CLERK, 7_001) is CardOutcome.DONE
        assert scrap_card(DESK_CLERK, 7_001, reason="torn") is CardOutcome.DONE
        assert scrap_blanks(MAKER, Place.MAKING, count=3, reason="warped") is DONE
        assert scrap_blanks(MAKER, Place.MAKING, count=96, reason="warped") is StockOutcome.REFUSED_NO_STOCK
        assert give_to_desk(DESK_CLERK, "3", count=-1) is DONE
    assert counts() == {"making blank": 95, "settlement blank": 1, "scrapped blank": 3, "scrapped returned": 1}
    book = stock_book(DAY)
    assert (received_until(DAY), sum(line.closing for line in book), sum(line.opening for line in book)) == (100, 100, 0)
    assert broken_invariants() == {}


def test_without_blanks_no_card_is_issued(world: World) -> None:
    [person] = freshmen(1)
    assert issue_card(DESK_CLERK, 7_001, person_id=person, desk="3") is CardOutcome.REFUSED_NO_STOCK
    assert number_of_cards(person) == 0


def number_of_cards(person_id: int) -> int:
    from onecard.cards.queries import cards_of

    return len(cards_of(person_id))


def test_the_book_balances_whatever_happens_at_once(own_world: World) -> None:
    people = freshmen(12)
    stock_desk(8)
    calls: list[Callable[[], object]] = [
        functools.partial(issue_card, Actor.system(f"clerk {at}"), 7_000 + at, person_id=person, desk="3")
        for at, person in enumerate(people)
    ]
    calls += [functools.partial(give_to_desk, DESK_CLERK, "3", count=-1), functools.partial(send_blanks, 5)]
    outcomes = at_once(calls)
    issued = outcomes[:12].count(CardOutcome.DONE)
    assert issued + (outcomes[12] is DONE) == 8
    assert counts().get("issued personalised") == issued
    assert broken_invariants() == {}
