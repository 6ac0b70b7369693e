"""Two records of one human become one: money by transfers, cards moved, late records to the record that stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from onecard.cards.actions.cancel_card import cancel_card
from onecard.cards.actions.merge_people import MergeOutcome, merge_people
from onecard.cards.models import Card
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.models import Transfer
from onecard.ledger.types import TransferKind
from onecard.people.actions.change_person import change_person
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses
from onecard.people.models import Person
from onecard.people.queries import cash_purses, people_with
from onecard.people.types import NewPerson, PersonKind, PersonOutcome, PersonState
from tests.world import CARD_NO, NOON, World, balances, broken_invariants


def merge(world: World, who: str, into: str) -> MergeOutcome:
    with clock.at(NOON + timedelta(hours=1)):
        return merge_people(
            world.cast.clerk, world.people[who], into=Person.objects.get(pk=world.people[into]).person_no, because="the same"
        )


def test_both_purses_and_the_cards_go_to_who_stays(world: World) -> None:
    cancel_card(world.cast.clerk, CARD_NO["lin"])
    assert merge(world, "lin", "wang") is MergeOutcome.DONE
    wang = Person.objects.get(pk=world.people["wang"])
    found = balances(world)
    assert (found["lin"], found["lin subsidy"], found["wang"]) == (0, 0, 20_000)
    assert wang.subsidy_account_id is not None
    assert ledger.balance_of(wang.subsidy_account_id) == 3_000
    assert Transfer.objects.filter(kind=TransferKind.CORRECTION, source_seq=world.people["lin"]).count() == 2
    assert Card.objects.get(card_no=CARD_NO["lin"]).person_id == wang.pk
    lin = Person.objects.get(pk=world.people["lin"])
    assert (lin.state, lin.merged_into_id) == (PersonState.MERGED, wang.pk)
    assert broken_invariants() == {}


def test_the_old_number_and_id_lead_to_who_stays(world: World) -> None:
    cancel_card(world.cast.clerk, CARD_NO["lin"])
    merge(world, "lin", "wang")
    lin, wang = world.people["lin"], world.people["wang"]
    assert people_with(["20261001"])["20261001"].pk == wang
    assert cash_purses([lin]) == {lin: world.cash["wang"]}
    assert open_subsidy_purses([lin])[lin] == open_subsidy_purses([wang])[wang]
    now = NewPerson("1", "X", PersonKind.STAFF)
    assert change_person(world.cast.clerk, lin, now=now, reason="r") is PersonOutcome.REFUSED_MERGED


def test_an_overdrawn_purse_is_made_good(world: World) -> None:
    world._post(TransferKind.CORRECTION, world.cash["gao"], world.bank, amount_fen=12_000, seq=900)
    assert merge(world, "gao", "wang") is MergeOutcome.DONE
    assert (balances(world)["gao"], balances(world)["wang"]) == (0, 8_000)


def test_chains_have_one_link(world: World) -> None:
    merge(world, "gao", "cancelled")
    assert merge(world, "cancelled", "wang") is MergeOutcome.DONE
    assert Person.objects.get(pk=world.people["gao"]).merged_into_id == world.people["wang"]
    assert broken_invariants() == {}


@pytest.mark.parametrize(
    ("who", "into", "outcome"),
    [
        ("lin", "lin", MergeOutcome.REFUSED_SAME),
        ("lin", "wang", MergeOutcome.REFUSED_HAS_CARD),
        ("frozen", "wang", MergeOutcome.REFUSED_HAS_CARD),
        ("gao", "chen", MergeOutcome.REPEATED),
        ("gao", "wang", MergeOutcome.REFUSED_MERGED),
        ("wang", "gao", MergeOutcome.REFUSED_MERGED),
    ],
)
def test_refusals(world: World, who: str, into: str, outcome: MergeOutcome) -> None:
    merge(world, "gao", "chen")
    before = balances(world)
    assert merge(world, who, into) is outcome
    assert balances(world) == before


def test_nobody_is_no_survivor(world: World) -> None:
    assert merge_people(world.cast.clerk, world.people["gao"], into="nobody", because="x") is MergeOutcome.REFUSED_UNKNOWN
