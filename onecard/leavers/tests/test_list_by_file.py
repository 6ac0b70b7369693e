"""A delivered list of leavers: read, compared line by line, confirmed by a second person, refused when it comes to others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.cards.actions.close_hand_out import close_hand_out
from onecard.cards.actions.hand_out_card import hand_out_card
from onecard.cards.queries import closed_hand_outs
from onecard.cards.tests import office
from onecard.kernel.csv_lines import FileRefused
from onecard.leavers.actions.list_leavers import list_leavers
from onecard.leavers.actions.list_leavers_by_file import lines_of, list_leavers_by_file
from onecard.leavers.comparing import compare_list
from onecard.leavers.list_pages import ListForm
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.reading import read_leavers
from onecard.leavers.types import LeaverOutcome, ListFinding, WantedLeaver
from onecard.people.actions.mark_left import mark_left
from onecard.people.models import Person
from onecard.people.tests.rosters import csv_of, excel_of
from tests.world import World

HEADINGS = ("学号", "姓名")


def number(world: World, who: str) -> str:
    return Person.objects.get(pk=world.people[who]).person_no


def name(world: World, who: str) -> str:
    return Person.objects.get(pk=world.people[who]).full_name


def payload(lines: Sequence[WantedLeaver]) -> list[list[Any]]:
    return [[one.line, one.person_no, one.full_name] for one in lines]


@pytest.mark.parametrize("make", [csv_of, excel_of])
def test_a_file_is_read_by_its_headings(make: Any) -> None:
    content = make([("x", "0012 ", "张敏"), ("y", "", "王伟")], headings=("学院", *HEADINGS))
    assert read_leavers(content, name="leavers") == [WantedLeaver(2, "0012", "张敏"), WantedLeaver(3, "", "王伟")]


def test_a_number_that_excel_holds_as_a_number_is_none() -> None:
    assert read_leavers(excel_of([(12, "张敏")], headings=HEADINGS), name="leavers") == [WantedLeaver(2, "", "张敏")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (csv_of([("1", "2")], headings=("名单", "日期")), "one column must be called 学工号"),
        (csv_of([("1", "2")], headings=("学号", "工号")), "one column must be called 学工号"),
        (b"", "bytes"),
        (b"PK\x03\x04 torn", "damaged"),
    ],
)
def test_what_is_no_list_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        read_leavers(content, name="leavers.csv")


def test_every_line_has_its_finding(world: World) -> None:
    clerk = world.cast.clerk
    for who in ("wang", "issued"):
        mark_left(clerk, world.people[who], left_on=date(2026, 9, 1), reason="graduated")
    list_leavers(clerk, "Before", person_ids=[world.people["lost"]])
    wanted = [
        (number(world, "wang"), name(world, "wang"), ListFinding.AGREES),
        (number(world, "lin"), "", ListFinding.STILL_PRESENT),
        ("", "Nobody", ListFinding.NO_NUMBER),
        ("X1", "", ListFinding.UNKNOWN),
        (number(world, "cancelled"), "Somebody else", ListFinding.OTHER_NAME),
        (number(world, "lin"), "", ListFinding.TWICE),
        (number(world, "lost"), "", ListFinding.BEFORE),
    ]
    report = compare_list([WantedLeaver(at, no, full_name) for at, (no, full_name, _finding) in enumerate(wanted, start=2)])
    assert [finding for _line, finding in report.lines] == [finding for *_line, finding in wanted]
    assert report.person_ids == [world.people["wang"], world.people["lin"]]
    assert report.missing_ids == [world.people["issued"]]
    assert report.counts[ListFinding.AGREES] == 1


def test_two_people_list_and_the_list_is_the_one_that_was_proposed(world: World) -> None:
    lines = payload([WantedLeaver(2, number(world, "wang")), WantedLeaver(3, number(world, "lin")), WantedLeaver(4, "X1")])
    proposer = Actor(1, "settlement", frozenset({"leavers.list_leavers_by_file"}))
    with pytest.raises(NotPermitted, match="approved proposal"):
        list_leavers_by_file(proposer, "Class of 2026", file="a.csv", people=2, lines=lines)
    boss = Actor.system("boss")
    assert list_leavers_by_file(boss, "2026", file="a.csv", people=3, lines=lines).outcome is LeaverOutcome.REFUSED_CHANGED
    listed = list_leavers_by_file(boss, "2026", file="a.csv", people=2, lines=lines)
    assert (listed.outcome, listed.people, listed.left_out) == (LeaverOutcome.DONE, 2, 1)
    assert set(Leaver.objects.values_list("person_id", flat=True)) == {world.people["wang"], world.people["lin"]}
    again = list_leavers_by_file(boss, "2026", file="a.csv", people=2, lines=lines)
    assert (again.outcome, LeaverBatch.objects.count()) == (LeaverOutcome.REFUSED_CHANGED, 1)
    assert lines_of(lines)[2] == WantedLeaver(4, "X1")


def test_who_never_came_for_the_card_is_listed_from_the_closed_batch(world: World, tmp_path: Any) -> None:
    batch, numbers = office.open_desks(office.make_cards(office.freshmen(2), journal=tmp_path / "journal"), at_first=2)
    hand_out_card(office.DESK_CLERK, numbers[0], hand_out_id=batch, desk="A")
    close_hand_out(office.MAKER, batch, left_over=1, note="the term is over")
    assert list(closed_hand_outs(limit=5)) == [batch]
    form = ListForm({"title": "Never came", "hand_out": str(batch)})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["person_ids"] == [Person.objects.get(person_no="F00002").pk]
    both = ListForm({"title": "Never came", "hand_out": str(batch), "person_nos": "F00001"})
    assert both.errors["__all__"] == ["Either numbers, or who never came: not both."]
