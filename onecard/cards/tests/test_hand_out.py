"""Freshmen at many desks: one card a person whatever is scanned at once, made = handed out + left over, the end on its day."""

from __future__ import annotations

import functools
from datetime import date, timedelta
from pathlib import Path

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.cards.actions.close_hand_out import close_hand_out
from onecard.cards.actions.hand_out_card import hand_out_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.models import Card, HandOut
from onecard.cards.papers import NEVER_CAME
from onecard.cards.queries import desk_counts, scanned_card
from onecard.cards.tests.office import DESK_CLERK, MAKER, freshmen, make_cards, open_desks
from onecard.cards.types import CardStage, DeskCount, DeskOutcome
from onecard.kernel import clock
from onecard.papers.queries import paper_of
from tests.parallel import at_once
from tests.world import CARD_NO, NOON, World, broken_invariants


def fetch(card_no: int, hand_out_id: int, desk: str) -> DeskOutcome:
    return hand_out_card(DESK_CLERK, card_no, hand_out_id=hand_out_id, desk=desk)


def batch_of(count: int, *, at_first: int, folder: Path) -> tuple[int, list[int]]:
    return open_desks(make_cards(freshmen(count), journal=folder / "journal"), at_first=at_first)


def test_scan_check_activate(world: World, tmp_path: Path) -> None:
    with clock.at(NOON):
        batch, numbers = batch_of(4, at_first=3, folder=tmp_path)
        assert HandOut.objects.get(pk=batch).closes_on == date(2026, 11, 30)
        assert fetch(numbers[0], batch, "A") is DeskOutcome.DONE
        assert fetch(numbers[0], batch, "A") is DeskOutcome.REPEATED
        assert fetch(numbers[0], batch, "B") is DeskOutcome.REFUSED_ELSEWHERE
        assert fetch(numbers[1], batch, "B") is DeskOutcome.REFUSED_OTHER_BOX
        assert fetch(CARD_NO["lin"], batch, "A") is DeskOutcome.REFUSED_NOT_IN_BATCH
        assert fetch(4_242, batch, "A") is DeskOutcome.REFUSED_UNKNOWN
        assert Card.objects.get(card_no=numbers[0]).stage is CardStage.ACTIVE
    assert desk_counts(batch) == [DeskCount("A", 3, 1), DeskCount("B", 1, 0)]
    assert broken_invariants() == {}


@pytest.mark.parametrize("number", ["F00001", "card"])
def test_a_scan_finds_card_or_person(world: World, tmp_path: Path, number: str) -> None:
    batch, numbers = batch_of(2, at_first=2, folder=tmp_path)
    found = scanned_card(batch, str(numbers[0]) if number == "card" else number)
    assert found is not None
    assert (found.card_no, found.person.person_no) == (numbers[0], "F00001")
    assert scanned_card(batch, "nobody") is None


def test_it_closes_on_its_day(world: World, tmp_path: Path) -> None:
    with clock.at(NOON):
        batch, numbers = batch_of(3, at_first=2, folder=tmp_path)
        fetch(numbers[0], batch, "A")
        assert close_hand_out(MAKER, batch, left_over=2).outcome is DeskOutcome.REFUSED_NOT_YET
    with clock.at(NOON + timedelta(days=90)):
        assert close_hand_out(MAKER, batch, left_over=3).outcome is DeskOutcome.REFUSED_OTHER_COUNT
        closed = close_hand_out(MAKER, batch, left_over=2)
        assert (closed.outcome, closed.left_over) == (DeskOutcome.DONE, 2)
        assert close_hand_out(MAKER, batch, left_over=2).outcome is DeskOutcome.REPEATED
        assert fetch(numbers[1], batch, "A") is DeskOutcome.REFUSED_CLOSED
        assert {Card.objects.get(card_no=number).stage for number in numbers[1:]} == {CardStage.SCRAPPED}
    assert [(one.made, one.handed_out, one.left_over) for one in desk_counts(batch)] == [(2, 1, 1), (1, 0, 1)]
    assert broken_invariants() == {}


def test_who_never_came_stands_on_a_numbered_list(world: World, tmp_path: Path) -> None:
    batch, numbers = batch_of(3, at_first=3, folder=tmp_path)
    with clock.at(NOON):
        fetch(numbers[0], batch, "A")
        issue_card(DESK_CLERK, 7_001, person_id=Card.objects.get(card_no=numbers[1]).person_id)
        assert close_hand_out(MAKER, batch, left_over=2, note="nobody comes any more").outcome is DeskOutcome.DONE
    paper = paper_of(NEVER_CAME, str(batch))
    assert paper is not None
    assert [paper.content["head"][name] for name in ("made", "handed_out", "left_over")] == [3, 1, 2]
    lines = [(line["person_no"], line["card_no"], line["found"]) for line in paper.content["tables"]["people"]]
    assert lines == [("F00002", str(numbers[1]), "has_another"), ("F00003", str(numbers[2]), "never_came")]


def test_a_batch_is_closed_by_two_people(world: World, tmp_path: Path) -> None:
    batch, numbers = batch_of(2, at_first=2, folder=tmp_path)
    clerk = Actor(1, "card clerk", frozenset({"cards.close_hand_out"}))
    with pytest.raises(NotPermitted, match="approved proposal"):
        close_hand_out(clerk, batch, left_over=2, note="by myself")
    assert {Card.objects.get(card_no=number).stage for number in numbers} == {CardStage.MADE}


def test_who_got_another_card_meanwhile_gets_none(world: World, tmp_path: Path) -> None:
    batch, numbers = batch_of(1, at_first=1, folder=tmp_path)
    issue_card(DESK_CLERK, 7_001, person_id=Card.objects.get(card_no=numbers[0]).person_id)
    assert fetch(numbers[0], batch, "A") is DeskOutcome.REFUSED_STAGE


def test_many_desks_at_once_hand_each_card_out_once(own_world: World, tmp_path: Path) -> None:
    opened = make_cards(freshmen(6), journal=tmp_path / "journal")
    from onecard.cards.actions.open_hand_out import open_hand_out

    batch = open_hand_out(MAKER, "Freshmen", job_id=opened).hand_out_id
    assert batch is not None
    numbers = list(Card.objects.filter(hand_out__hand_out_id=batch).order_by("pk").values_list("card_no", flat=True))
    calls = [functools.partial(fetch, number, batch, desk) for number in numbers for desk in ("A", "B")]
    outcomes = at_once(calls)
    pairs = [{outcomes[at], outcomes[at + 1]} for at in range(0, len(outcomes), 2)]
    assert pairs == [{DeskOutcome.DONE, DeskOutcome.REFUSED_ELSEWHERE}] * 6
    assert sum(one.handed_out for one in desk_counts(batch)) == 6
    assert broken_invariants() == {}
