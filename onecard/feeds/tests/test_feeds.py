"""Feeds: least fields, full and since a number, removals, acknowledgement and reconciling, files, the pull API."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.access.types import NotPermitted
from onecard.cards.actions.report_loss import report_loss
from onecard.feeds.actions.acknowledge_feed import acknowledge_feed
from onecard.feeds.actions.deliver_feed import deliver_feed
from onecard.feeds.actions.fetch_feed import fetch_feed
from onecard.feeds.actions.issue_token import issue_token
from onecard.feeds.actions.register_consumer import register_consumer
from onecard.feeds.files import CSV, JSON_LINES, lines_of
from onecard.feeds.types import Acknowledged, Delivered, FeedOutcome, Rows
from onecard.people.actions.change_person import change_person
from onecard.people.actions.mark_left import mark_left
from onecard.people.actions.mark_present import mark_present
from onecard.people.actions.register_person import register_person
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonKind
from tests.world import CARD_NO, DAY, NOON, World, broken_invariants

STUDENTS = [PersonKind.UNDERGRADUATE.value]


@pytest.fixture
def door(world: World) -> World:
    """The cast and the feed `door`: of undergraduates it is told name and card."""
    register_consumer(world.cast.clerk, "door", title="Doors", fields=["full_name", "card_no"], kinds=STUDENTS)
    return world


def rows_since(world: World, since: int) -> list[dict[str, Any]]:
    return list(fetch_feed(world.cast.clerk, "door", since=since).rows)


def students() -> set[str]:
    return set(Person.objects.filter(kind="undergraduate", state="present").values_list("person_no", flat=True))


def test_a_full_delivery_has_who_is_meant_with_the_fields_and_no_other(door: World) -> None:
    made = deliver_feed(door.cast.clerk, "door")
    assert made == Delivered(FeedOutcome.DONE, 1, 0, kept=len(students()), removed=0, total=len(students()))
    rows = rows_since(door, 0)
    assert {row["person_no"] for row in rows} == students()
    assert {frozenset(row) for row in rows} == {frozenset({"person_no", "removed", "full_name", "card_no"})}
    cards = {row["person_no"]: row["card_no"] for row in rows}
    assert (cards["20261001"], cards["20261013"]) == (CARD_NO["lin"], None)


def test_afterwards_only_what_changed_is_delivered(door: World) -> None:
    clerk, lin = door.cast.clerk, door.people["lin"]
    deliver_feed(clerk, "door")
    assert acknowledge_feed(clerk, "door", number=1, held=len(students())).outcome is FeedOutcome.DONE
    assert deliver_feed(clerk, "door") == Delivered(FeedOutcome.REPEATED, 1, 1, kept=0, removed=0, total=len(students()))
    change_person(clerk, lin, now=NewPerson("20261001", "Lin", PersonKind.UNDERGRADUATE, "Elsewhere"), reason="moved")
    assert deliver_feed(clerk, "door").outcome is FeedOutcome.REPEATED, "the unit is none of this feed's business"
    report_loss(clerk, CARD_NO["lin"], at=NOON)
    mark_left(clerk, door.people["chen"], left_on=DAY, reason="left")
    made = deliver_feed(clerk, "door")
    assert (made.number, made.since, made.kept, made.removed) == (2, 1, 1, 1)
    assert rows_since(door, 1) == [
        {"person_no": "20261001", "removed": False, "full_name": "Lin", "card_no": None},
        {"person_no": "20261003", "removed": True},
    ]
    assert len(rows_since(door, 0)) == made.total == len(students())
    assert broken_invariants() == {}


def test_counts_are_reconciled(door: World) -> None:
    clerk, total = door.cast.clerk, len(students())
    assert acknowledge_feed(clerk, "door", number=1, held=0).outcome is FeedOutcome.REFUSED_NUMBER
    deliver_feed(clerk, "door")
    assert acknowledge_feed(clerk, "door", number=1, held=total - 1) == Acknowledged(FeedOutcome.COUNT_DIFFERS, total, total - 1)
    assert acknowledge_feed(clerk, "door", number=1, held=total).outcome is FeedOutcome.DONE
    assert acknowledge_feed(clerk, "door", number=1, held=total).outcome is FeedOutcome.REPEATED
    mark_left(clerk, door.people["chen"], left_on=DAY, reason="left")
    deliver_feed(clerk, "door")
    assert acknowledge_feed(clerk, "door", number=2, held=total - 1).outcome is FeedOutcome.DONE
    assert acknowledge_feed(clerk, "door", number=1, held=total).outcome is FeedOutcome.REFUSED_NUMBER


def test_a_feed_needs_approval_and_an_outsider_gets_nothing(door: World) -> None:
    for attempt in (
        lambda: register_consumer(door.cast.outsider, "x", title="X", fields=[], kinds=STUDENTS),
        lambda: deliver_feed(door.cast.outsider, "door"),
        lambda: fetch_feed(door.cast.outsider, "door", since=0),
    ):
        with pytest.raises(NotPermitted), transaction.atomic():
            attempt()
    assert register_consumer(door.cast.clerk, "door", title="X", fields=[], kinds=[]) is FeedOutcome.REFUSED_CODE_TAKEN
    with pytest.raises(ValueError, match="id_number"):
        register_consumer(door.cast.clerk, "y", title="Y", fields=["id_number"], kinds=STUDENTS)


def test_files() -> None:
    rows = [{"person_no": "1", "removed": False, "full_name": "=1+1,王"}, {"person_no": "2", "removed": True}]
    made = Rows(FeedOutcome.DONE, 1, ("person_no", "full_name"), iter(rows))
    text = b"".join(lines_of(made, form=CSV)).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(text))) == [["person_no", "full_name", "removed"], ["1", "'=1+1,王", "0"], ["2", "", "1"]]
    made = Rows(FeedOutcome.DONE, 1, ("person_no", "full_name"), iter(rows))
    assert [json.loads(line) for line in lines_of(made, form=JSON_LINES)] == rows


def pull(client: Client, token: str, since: object = 0) -> Any:
    return client.get(f"/feeds/door?since={since}", headers={"Authorization": f"Bearer {token}"})


def test_a_consumer_pulls_and_acknowledges(door: World) -> None:
    client, token = Client(HTTP_HOST="127.0.0.1"), issue_token(door.cast.clerk, "door").token
    answer = pull(client, token)
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]
    assert ({row["person_no"] for row in rows}, answer.headers["Onecard-Number"]) == (students(), "1")
    body, headers = json.dumps({"number": 1, "held": len(rows)}), {"Authorization": f"Bearer {token}"}
    said = client.post("/feeds/door", body, content_type="application/json", headers=headers).json()
    assert said == {"outcome": "DONE", "expected": len(rows)}
    assert b"".join(pull(client, token, 1).streaming_content) == b""
    register_person(door.cast.clerk, NewPerson("2026555", "New", PersonKind.UNDERGRADUATE))
    later = pull(client, token, 1)
    assert [json.loads(line)["person_no"] for line in later.streaming_content] == ["2026555"]
    assert later.headers["Onecard-Number"] == "2"


@pytest.mark.parametrize(
    ("address", "token", "status"),
    [
        ("/feeds/door", "", 401),
        ("/feeds/door", "wrong", 401),
        ("/feeds/nobody", "right", 401),
        ("/feeds/door?since=x", "right", 400),
        ("/feeds/door?since=99", "right", 400),
    ],
)
def test_what_is_refused(door: World, address: str, token: str, status: int) -> None:
    right = issue_token(door.cast.clerk, "door").token
    client = Client(HTTP_HOST="127.0.0.1")
    headers = {"Authorization": f"Bearer {right if token == 'right' else token}"}
    assert client.get(address, headers=headers).status_code == status
    if status == 401:
        assert client.post(address, "{}", content_type="application/json", headers=headers).status_code == 401


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"number": "1", "held": 1}', '{"number": true, "held": 1}', "x" * 5_000])
def test_an_acknowledgement_that_is_none(door: World, body: str) -> None:
    headers = {"Authorization": f"Bearer {issue_token(door.cast.clerk, 'door').token}"}
    client = Client(HTTP_HOST="127.0.0.1")
    assert client.post("/feeds/door", body, content_type="application/json", headers=headers).status_code == 400
    assert client.delete("/feeds/door", headers=headers).status_code == 405


STEPS = st.lists(
    st.sampled_from(["register", "leave", "return", "rename", "renumber", "deliver", "lose", "acknowledge"]), max_size=14
)


class Door:
    """A consumer that takes in what it asks for, and asks again by the last number that it took in."""

    def __init__(self, world: World) -> None:
        self.world, self.clerk = world, world.cast.clerk
        self.holds: dict[str, str] = {}
        self.taken = 0

    def happens(self, step: str, *, at: int) -> None:
        lin = NewPerson("L" + str(at) if step == "renumber" else self._number("lin"), f"Lin {at}", PersonKind.UNDERGRADUATE)
        {
            "register": lambda: register_person(self.clerk, NewPerson(f"N{at}", f"Name {at}", PersonKind.UNDERGRADUATE)),
            "leave": lambda: mark_left(self.clerk, self.world.people["chen"], left_on=DAY, reason="x"),
            "return": lambda: mark_present(self.clerk, self.world.people["chen"], reason="x"),
            "rename": lambda: change_person(self.clerk, self.world.people["lin"], now=lin, reason="x"),
            "renumber": lambda: change_person(self.clerk, self.world.people["lin"], now=lin, reason="x"),
            "deliver": self.take_in,
            "lose": lambda: deliver_feed(self.clerk, "door"),
            "acknowledge": self.acknowledge,
        }[step]()

    def _number(self, who: str) -> str:
        return Person.objects.get(pk=self.world.people[who]).person_no

    def take_in(self) -> None:
        made = deliver_feed(self.clerk, "door")
        for row in rows_since(self.world, self.taken):
            if row["removed"]:
                self.holds.pop(row["person_no"], None)
            else:
                self.holds[row["person_no"]] = row["full_name"]
        self.taken = made.number

    def acknowledge(self) -> None:
        if self.taken:
            answer = acknowledge_feed(self.clerk, "door", number=self.taken, held=len(self.holds))
            assert answer.outcome in (FeedOutcome.DONE, FeedOutcome.REPEATED)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_consumer_that_asks_by_its_last_number_misses_nothing(door: World, steps: list[str]) -> None:
    with transaction.atomic():
        consumer = Door(door)
        for at, step in enumerate([*steps, "deliver", "acknowledge"]):
            consumer.happens(step, at=at)
        people = Person.objects.filter(kind="undergraduate", state="present")
        assert consumer.holds == dict(people.values_list("person_no", "full_name"))
        transaction.set_rollback(True)
