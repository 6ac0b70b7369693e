"""The counter's page as a clerk asks for it, in this process: found by a scan or some letters, with purses and movements."""

from __future__ import annotations

import time
from collections.abc import Iterator
from ipaddress import ip_address
from itertools import count
from random import Random

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.world import FIRST_CARD_NO
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.middleware import SESSION
from onecard.access.models import Operator
from onecard.access.sessions import start_session
from onecard.access.types import AccessOutcome, Actor, Post
from onecard.cards.actions.issue_cards import issue_cards
from onecard.kernel import clock, sql
from onecard.people.actions.register_people import register_people
from onecard.people.models import Person
from onecard.people.types import NewPerson, PersonKind

PEOPLE = 100_000
VIEWS = 100
AT_ONCE = 5_000
GOAL_MS = 100
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚玲桂英华慧红建文新梅"
_numbers = Random(20)


def admit_people() -> None:
    """Bring the campus to PEOPLE people with Chinese names, a card each."""
    names = Random(7)
    for first in range(Person.objects.count(), PEOPLE, AT_ONCE):
        with transaction.atomic():
            newcomers = [
                NewPerson(f"q{n}", names.choice(SURNAMES) + "".join(names.choices(GIVEN, k=2)), PersonKind.UNDERGRADUATE)
                for n in range(first, first + AT_ONCE)
            ]
            numbers = [(FIRST_CARD_NO + first + n, person.pk) for n, person in enumerate(register_people(newcomers))]
            issue_cards(Actor.system("bench"), numbers, at=clock.now(), activate=True)
    sql.call("analyze people_person")
    sql.call("analyze cards_card")


def clerks_browser() -> Client:
    """A browser in which a card clerk is logged in."""
    settings.ALLOWED_HOSTS.append("bench")
    system = Actor.system("bench")
    created = create_operator(system, "bench", full_name="Bench", password="Correct-Horse-7", must_change_password=False)
    if created is not AccessOutcome.DONE:
        raise RuntimeError(f"the clerk was not made: {created.value}")
    assign_posts(system, "bench", posts=[Post.CARD_CLERK])
    operator = Operator.objects.get(username="bench")
    client = Client(HTTP_HOST="bench")
    client.force_login(operator)
    inside = client.session
    inside[SESSION] = start_session(operator, address=ip_address("127.0.0.1"), has_factor=True).pk
    inside.save()
    return client


def scanned(client: Client) -> float:
    """Pages a second after a scan."""
    return _rate(client, (f"?q={FIRST_CARD_NO + _numbers.randrange(PEOPLE)}" for _ in count()))


def typed(client: Client) -> float:
    """Pages a second after pinyin initials, of which several people have the same."""
    return _rate(client, (f"?q={_numbers.choice('wlzcyhx')}{''.join(_numbers.choices('wfnmjlqy', k=2))}" for _ in count()))


def empty(client: Client) -> float:
    """Pages a second of the same page in the same shell when nobody is asked for: the yardstick."""
    return _rate(client, ("" for _ in count()))


def slowest_query_ms(client: Client) -> tuple[float, str]:
    """The page's slowest statement of a scan and of letters, and what it begins with."""
    with CaptureQueriesContext(connection) as captured:
        for query in (f"?q={FIRST_CARD_NO + 77_777}", "?q=wfn"):
            client.get(f"/counter/{query}")
    slowest = max(captured.captured_queries, key=lambda one: float(one["time"]))
    return float(slowest["time"]) * 1_000, slowest["sql"]


def _rate(client: Client, asked: Iterator[str]) -> float:
    client.get(f"/counter/{next(asked)}")
    started = time.perf_counter()
    for _ in range(VIEWS):
        response = client.get(f"/counter/{next(asked)}")
        if response.status_code != 200:
            raise RuntimeError(f"the counter's page answered {response.status_code}")
    return VIEWS / (time.perf_counter() - started)
