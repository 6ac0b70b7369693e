"""Deltas from any version to any later one make exactly the list as of that version, whatever happens to the cards.

ONECARD_SEED replays a run, ONECARD_STEPS (default 150) how much happens, ONECARD_EXAMPLES (150) how many terminals follow.
"""

from __future__ import annotations

import importlib
import itertools
import os
import random
from collections.abc import Callable
from functools import partial

import pytest
from django.db import OperationalError, connections, transaction

from onecard.access.types import Actor
from onecard.cards import queries
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_card import issue_card
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import BlacklistChange, Card
from onecard.cards.rules import blacklist_checksum
from onecard.cards.types import LISTED_STATES, BlacklistHead, BlacklistLag, CardKind, CardOutcome
from onecard.kernel import sql
from tests.parallel import at_once
from tests.world import CARD_NO, World, broken_invariants, card

SEED = int(os.environ.get("ONECARD_SEED") or random.SystemRandom().randrange(10**9))
Act = Callable[[Actor, int], CardOutcome]
STEPS = int(os.environ.get("ONECARD_STEPS", "150"))
TERMINALS = int(os.environ.get("ONECARD_EXAMPLES", "150"))
EVERY_DAY: tuple[Act, ...] = (report_loss, withdraw_loss_report, freeze_card, unfreeze_card)
"""What is done to cards again and again; cancelling ends a card, so it comes seldom."""


@pytest.fixture
def chance() -> random.Random:
    print(f"ONECARD_SEED={SEED}")
    return random.Random(SEED)


def listed_now() -> frozenset[int]:
    """The cards in listed states, as the cards themselves say."""
    return frozenset(Card.objects.filter(state__in=LISTED_STATES).values_list("card_no", flat=True))


def live(world: World, *, chance: random.Random) -> dict[int, frozenset[int]]:
    """Do something to some card, again and again; the list by version, as it was after each step."""
    history = {0: frozenset[int](), queries.blacklist_head().version: listed_now()}
    for step in range(STEPS):
        card_no = chance.choice(list(Card.objects.order_by("pk").values_list("card_no", flat=True)))
        acts: list[Act] = [*EVERY_DAY * 3, partial(replace_card_at_once, new_card_no=7_000 + step), cancel_card]
        act = chance.choice(acts)
        act(world.cast.clerk, card_no)
        if step % 10 == 0:
            issue_card(world.cast.clerk, 8_000 + step, person_id=world.people["lin"], kind=CardKind.TEMPORARY)
        history[queries.blacklist_head().version] = listed_now()
    return history


def test_any_delta_makes_the_list_of_its_version(world: World, chance: random.Random) -> None:
    history = live(world, chance=chance)
    head = queries.blacklist_head()
    for _ in range(TERMINALS):
        since = chance.choice(sorted(history))
        held = set(history[since])
        while since < head.version:
            delta = queries.blacklist_delta(since, limit=chance.choice([1, 2, 3, 7, 50, 1_000]))
            assert not held & set(delta.added)
            assert held >= set(delta.removed)
            held = held - set(delta.removed) | set(delta.added)
            since = delta.to_version
            assert (len(held), blacklist_checksum(held)) == (delta.count, delta.checksum)
            assert history.get(since, held) == held, "a step that changes two cards has a version in between"
            assert pages(since, limit=chance.choice([1, 3, 1_000])) == sorted(held)
        assert held == listed_now()
    assert broken_invariants() == {}


def test_lags_count_what_the_deltas_add(world: World, chance: random.Random) -> None:
    history = live(world, chance=chance)
    lags = queries.blacklist_lags([*history, 0, 0])
    assert sorted(lags) == sorted(history)
    for since, lag in lags.items():
        later = BlacklistChange.objects.filter(version__gt=since).order_by("version")
        first = later.first()
        assert lag == BlacklistLag(
            later.count(), len(queries.blacklist_delta(since).added), first.changed_at if first else None
        ), since
    assert queries.blacklist_lags([]) == {}


def pages(version: int, *, limit: int) -> list[int]:
    """The whole list as of a version, page after page."""
    numbers: list[int] = []
    while True:
        page = queries.blacklist_page(version=version, after_card_no=numbers[-1] if numbers else 0, limit=limit)
        numbers += page
        if len(page) < limit:
            return numbers


# At the same time


def test_losses_at_the_same_moment(own_world: World) -> None:
    who = ("lin", "wang", "chen", "issued", "frozen", "expired")
    before = queries.blacklist_head()
    outcomes = at_once([partial(report_loss, own_world.cast.clerk, CARD_NO[name]) for name in who])
    assert outcomes == [CardOutcome.DONE] * len(who)
    made = BlacklistChange.objects.filter(version__gt=before.version).order_by("version")
    assert {one.card_no: one.version for one in made} == {CARD_NO[name]: card(name).loss_version for name in who}
    counts = [before.count, *(one.listed_count for one in made)]
    assert [after - now for now, after in itertools.pairwise(counts)].count(0) == 1, "the frozen card was listed before"
    assert queries.blacklist_head().count == before.count + len(who) - 1


def test_one_card_lost_and_frozen_at_the_same_moment(own_world: World) -> None:
    at_once([partial(act, own_world.cast.clerk, CARD_NO["lin"]) for act in (report_loss, freeze_card) * 4])
    assert card("lin").loss_version is not None


def test_nobody_gets_a_version_before_the_one_below_is_visible(own_world: World) -> None:
    def list_lin() -> str:
        with transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute("set local lock_timeout = '100ms'")
            try:
                cursor.execute("select cards_list_v1('{1001}', '{t}', '{4}', now())")
            except OperationalError as error:
                transaction.set_rollback(True)
                return str(error)
        return "listed"

    with transaction.atomic():
        report_loss(own_world.cast.clerk, CARD_NO["wang"])
        [answer] = at_once([list_lin])
    assert "lock timeout" in answer


# Cards that were there before the list


def test_cards_of_before_are_listed_by_the_migration(own_world: World) -> None:
    replace_card_at_once(own_world.cast.clerk, CARD_NO["lost"], new_card_no=7_001)
    report_loss(own_world.cast.clerk, CARD_NO["lin"])
    report_loss(own_world.cast.clerk, CARD_NO["frozen"])
    withdraw_loss_report(own_world.cast.clerk, CARD_NO["frozen"])
    lost = {CARD_NO[who]: card(who).loss_version for who in ("lost", "lin")}
    before = queries.blacklist_head()
    migration = importlib.import_module("onecard.cards.migrations.0005_list_cards")
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute("delete from cards_blacklistchange")
        cursor.execute(migration.LIST_CARDS)
    connections["owner"].close()
    versions = dict(BlacklistChange.objects.values_list("card_no", "version"))
    assert lost.items() <= versions.items()
    assert len(versions) == before.count
    others = [versions[number] for number in versions if number not in lost]
    assert min(others) > before.version, "new versions are above those that were given out"
    assert queries.blacklist_head() == BlacklistHead(max(others), before.count, before.checksum)
    assert sql.call("select count(*) from cards_blacklistchange where not is_listed") == [(0,)]
