"""The blacklist: which actions list a card, its versions, what a terminal downloads, and who may write it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import psycopg
import pytest
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onecard.access.types import Actor
from onecard.cards import queries
from onecard.cards.actions.activate_card import activate_card
from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.freeze_card import freeze_card
from onecard.cards.actions.issue_cards import issue_cards
from onecard.cards.actions.replace_card_at_once import replace_card_at_once
from onecard.cards.actions.report_loss import report_loss
from onecard.cards.actions.unfreeze_card import unfreeze_card
from onecard.cards.actions.withdraw_loss_report import withdraw_loss_report
from onecard.cards.models import BlacklistChange
from onecard.cards.rules import blacklist_checksum, blacklist_term
from onecard.cards.standing import list_cards
from onecard.cards.types import MAX_CHANGES, MAX_LISTED, MAX_PAGE, BlacklistHead, CardKind, CardOutcome, CardState
from onecard.kernel import clock, sql
from tests.refused import refusal
from tests.world import CARD_NO, NOON, World, broken_invariants, card

LISTED_OF_CAST = sorted(CARD_NO[who] for who in ("gao", "lost", "frozen", "cancelled"))
NEW = 7_001

Change = tuple[int, bool, CardState]


def changes_of(act: Callable[[], object]) -> list[Change]:
    """The changes of the blacklist that this makes: number, whether listed, and why."""
    before = queries.blacklist_head().version
    act()
    made = BlacklistChange.objects.filter(version__gt=before).order_by("version")
    return [(one.card_no, one.is_listed, CardState(one.reason)) for one in made]


def lose_then(then: Callable[[Actor, int], CardOutcome], actor: Actor, card_no: int) -> None:
    report_loss(actor, card_no)
    then(actor, card_no)


LIN, LOST, FROZEN, ISSUED = (CARD_NO[who] for who in ("lin", "lost", "frozen", "issued"))
replace = partial(replace_card_at_once, new_card_no=NEW)


@pytest.mark.parametrize(
    ("act", "card_no", "expected"),
    [
        (activate_card, ISSUED, []),
        (report_loss, LIN, [(LIN, True, CardState.LOST)]),
        (report_loss, ISSUED, [(ISSUED, True, CardState.LOST)]),
        (report_loss, FROZEN, [(FROZEN, True, CardState.LOST)]),
        (report_loss, LOST, []),
        (report_loss, CARD_NO["cancelled"], []),
        (withdraw_loss_report, LOST, [(LOST, False, CardState.ACTIVE)]),
        (withdraw_loss_report, LIN, []),
        (partial(lose_then, withdraw_loss_report), ISSUED, [(ISSUED, True, CardState.LOST), (ISSUED, False, CardState.ISSUED)]),
        (partial(lose_then, withdraw_loss_report), FROZEN, [(FROZEN, True, CardState.LOST), (FROZEN, True, CardState.FROZEN)]),
        (freeze_card, LIN, [(LIN, True, CardState.FROZEN)]),
        (freeze_card, FROZEN, []),
        (unfreeze_card, FROZEN, [(FROZEN, False, CardState.ACTIVE)]),
        (unfreeze_card, LIN, []),
        (cancel_card, LIN, [(LIN, True, CardState.CANCELLED)]),
        (cancel_card, ISSUED, [(ISSUED, True, CardState.CANCELLED)]),
        (cancel_card, FROZEN, [(FROZEN, True, CardState.CANCELLED)]),
        (cancel_card, LOST, [(LOST, True, CardState.CANCELLED)]),
        (cancel_card, CARD_NO["cancelled"], []),
        (replace, LOST, [(LOST, True, CardState.CANCELLED)]),
        (replace, LIN, []),
        (
            partial(lose_then, replace),
            FROZEN,
            [(FROZEN, True, CardState.LOST), (FROZEN, True, CardState.CANCELLED), (NEW, True, CardState.FROZEN)],
        ),
    ],
)
def test_what_lists_a_card(world: World, act: Callable[[Actor, int], object], card_no: int, expected: list[Change]) -> None:
    assert changes_of(lambda: act(world.cast.clerk, card_no)) == expected
    assert broken_invariants() == {}


def test_the_list_of_the_cast(world: World) -> None:
    head = queries.blacklist_head()
    assert queries.blacklist_page(version=head.version) == LISTED_OF_CAST
    assert (head.count, head.checksum) == (4, blacklist_checksum(LISTED_OF_CAST))


def test_a_change_says_when_and_how_many(world: World) -> None:
    with clock.at(NOON):
        freeze_card(world.cast.clerk, LIN)
    change = BlacklistChange.objects.latest("version")
    assert (change.card, change.changed_at, change.listed_count) == (card("lin"), NOON, 5)


def test_a_loss_has_the_version_of_its_own_change(world: World) -> None:
    report_loss(world.cast.clerk, FROZEN)
    assert card("frozen").loss_version == queries.blacklist_head().version
    cancel_card(world.cast.clerk, FROZEN)
    assert card("frozen").loss_version == queries.blacklist_head().version - 1, (
        "records that come late still find the loss report"
    )


def test_what_is_rolled_back_was_never_on_the_list(world: World) -> None:
    before = queries.blacklist_head()
    with transaction.atomic():
        freeze_card(world.cast.clerk, LIN)
        transaction.set_rollback(True)
    assert queries.blacklist_head() == before
    freeze_card(world.cast.clerk, LIN)
    assert queries.blacklist_head().count == before.count + 1
    assert broken_invariants() == {}


# The checksum


def test_the_checksum_of_known_sets() -> None:
    assert blacklist_checksum([]) == 0
    assert blacklist_term(1) == int.from_bytes(bytes.fromhex("cd2662154e6d76b2"), signed=True)
    assert blacklist_checksum([1, 2, 2]) == blacklist_checksum([2, 1]) == blacklist_term(1) ^ blacklist_term(2)


@given(number=st.integers(-(2**63), 2**63 - 1))
@settings(deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_has_the_same_term(db: None, number: int) -> None:
    assert sql.call("select cards_blacklist_term_v1(%b::bigint)", [number]) == [(blacklist_term(number),)]


# What a terminal downloads


def test_no_list_yet(db: None) -> None:
    assert queries.blacklist_head() == BlacklistHead(0, 0, 0)
    assert queries.blacklist_page(version=0) == []
    delta = queries.blacklist_delta(0)
    assert (delta.to_version, delta.added, delta.removed, delta.count, delta.checksum) == (0, [], [], 0, 0)


def test_a_delta_is_the_net_effect(world: World) -> None:
    since = queries.blacklist_head().version
    for act in (freeze_card, unfreeze_card, report_loss):
        act(world.cast.clerk, LIN)
    for act in (unfreeze_card, freeze_card):
        act(world.cast.clerk, FROZEN)
    withdraw_loss_report(world.cast.clerk, LOST)
    cancel_card(world.cast.clerk, FROZEN)
    head = queries.blacklist_head()
    delta = queries.blacklist_delta(since)
    assert (delta.added, delta.removed) == ([LIN], [LOST]), "the frozen card was on the list before and is again"
    assert (delta.from_version, delta.to_version, delta.count, delta.checksum) == (since, head.version, head.count, head.checksum)
    assert queries.blacklist_delta(head.version).added == []


def test_a_delta_walks_no_further_than_its_limit(world: World) -> None:
    since = queries.blacklist_head().version
    for who in ("lin", "wang", "chen"):
        freeze_card(world.cast.clerk, CARD_NO[who])
    delta = queries.blacklist_delta(since, limit=2)
    assert (delta.to_version, delta.added, delta.count) == (since + 2, [CARD_NO["lin"], CARD_NO["wang"]], 6)
    assert delta.checksum == blacklist_checksum([*LISTED_OF_CAST, *delta.added])
    assert queries.blacklist_delta(delta.to_version, limit=2).added == [CARD_NO["chen"]]


def test_the_list_as_of_a_version_stays_and_is_read_in_pages(world: World) -> None:
    version = queries.blacklist_head().version
    withdraw_loss_report(world.cast.clerk, LOST)
    freeze_card(world.cast.clerk, LIN)
    assert queries.blacklist_page(version=version) == LISTED_OF_CAST
    first = queries.blacklist_page(version=version, limit=3)
    assert (first, queries.blacklist_page(version=version, after_card_no=first[-1], limit=3)) == (
        LISTED_OF_CAST[:3],
        LISTED_OF_CAST[3:],
    )


@pytest.mark.parametrize("ahead", [-1_000_000, 1])
def test_versions_that_never_were_are_refused(world: World, ahead: int) -> None:
    version = queries.blacklist_head().version + ahead
    with pytest.raises(ValueError, match="since is between 0 and"):
        queries.blacklist_delta(version)
    with pytest.raises(ValueError, match="version is between 0 and"):
        queries.blacklist_page(version=version)


@pytest.mark.parametrize("limit", [0, -1, MAX_CHANGES + 1, MAX_PAGE + 1])
def test_limits_have_limits(world: World, limit: int) -> None:
    with pytest.raises(ValueError, match="limit is between 1 and"):
        queries.blacklist_delta(0, limit=limit)
    with pytest.raises(ValueError, match="limit is between 1 and"):
        queries.blacklist_page(version=0, limit=limit)


# Who writes it


def fill_list(world: World) -> tuple[list[int], int]:
    """Put 3,000 cards on the list, the highest number first: the numbers in order, and the version after it."""
    numbers = list(range(100_000, 103_000))
    issue_cards(world.cast.clerk, [(number, world.people["lin"]) for number in numbers], at=NOON, kind=CardKind.TEMPORARY)
    return numbers, list_cards(dict.fromkeys(reversed(numbers), CardState.FROZEN), at=NOON)


def test_thousands_in_one_call(world: World) -> None:
    before = queries.blacklist_head()
    numbers, version = fill_list(world)
    head = queries.blacklist_head()
    assert (head.version, head.count) == (version, before.count + 3_000)
    assert list(BlacklistChange.objects.order_by("version").values_list("card_no", flat=True))[-3_000:] == numbers[::-1]
    assert queries.blacklist_delta(before.version).added == numbers
    assert queries.blacklist_page(version=version) == LISTED_OF_CAST + numbers
    assert head.checksum == blacklist_checksum(LISTED_OF_CAST + numbers)
    assert list_cards(dict.fromkeys(numbers, CardState.FROZEN), at=NOON) == version, "nothing changed"
    back = dict.fromkeys(numbers[:-1], CardState.ACTIVE) | {numbers[-1]: CardState.LOST}
    assert list_cards(back, at=NOON + timedelta(hours=1)) == version + 3_000
    assert queries.blacklist_delta(version).removed == numbers[:-1]


@pytest.mark.parametrize(
    ("query", "arguments"),
    [("blacklist_delta", {"since": 900, "limit": 20}), ("blacklist_page", {"version": 900, "after_card_no": 5, "limit": 20})],
)
def test_downloads_read_by_index(world: World, query: str, arguments: dict[str, int]) -> None:
    fill_list(world)  # of a list of four any way is as good
    with psycopg.Cursor(sql.raw_connection()) as cursor:
        cursor.execute("set local enable_seqscan = off")
        cursor.execute("explain " + sql.text_of("cards", f"queries/{query}"), arguments)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "Index Only Scan using blacklist_change_of_card" in plan


@pytest.mark.parametrize(
    "statement",
    [
        "insert into cards_blacklistchange select * from cards_blacklistchange",
        "update cards_blacklistchange set reason = 4",
        "delete from cards_blacklistchange",
        "truncate cards_blacklistchange",
        "select nextval('cards_blacklist_version')",
    ],
)
def test_the_application_writes_it_through_the_function_alone(world: World, statement: str) -> None:
    assert refusal(statement) == "42501"


def test_not_even_the_owner_changes_it(own_world: World) -> None:
    for statement in ("update cards_blacklistchange set reason = 4", "delete from cards_blacklistchange"):
        assert refusal(statement, alias="owner") == "OC004"
    assert refusal("truncate cards_blacklistchange", alias="owner") == "OC004"
    connections["owner"].close()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("'{1001,1001}', '{t,t}', '{3,3}'", "OC005"),
        ("'{555}', '{t}', '{3}'", "23502"),
        ("'{1001,1002}', '{t}', '{3,3}'", "23502"),
        ("'{1001,1002}', '{t,t}', '{3}'", "23502"),
        ("'{1001}', '{t}', '{2}'", "blacklist_lists_lost_frozen_cancelled"),
        ("'{1014}', '{f}', '{4}'", "blacklist_lists_lost_frozen_cancelled"),
        ("'{}', '{}', '{}'", ""),
    ],
)
def test_what_the_function_refuses(world: World, arguments: str, expected: str) -> None:
    assert refusal(f"select cards_list_v1({arguments}, now())") == expected


def test_the_promised_length_is_what_the_invariant_says() -> None:
    assert f"> {MAX_LISTED}" in sql.text_of("cards", "invariants/blacklist_is_bounded")
