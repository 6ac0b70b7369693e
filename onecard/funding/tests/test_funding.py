"""Bank transfers and subsidies: each line once, contradictions held."""

from __future__ import annotations

import dataclasses

import pytest

from onecard.access.types import NotPermitted
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.actions.grant_subsidies import grant_subsidies
from onecard.funding.types import FundingCounts, FundingLine
from onecard.ledger import queries as ledger
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import Subject
from onecard.people.models import Person
from tests.world import NOON, World, balances

NOBODY = 10**9


def _lines(world: World) -> list[FundingLine]:
    return [FundingLine(1, world.people["lin"], 2_000, NOON), FundingLine(2, world.people["wang"], 3_000, NOON)]


def test_transfers_reach_the_cash_purses_once(world: World) -> None:
    before = balances(world)
    assert book_bank_transfers(world.cast.clerk, _lines(world), source="bank") == FundingCounts(posted=2)
    assert book_bank_transfers(world.cast.clerk, _lines(world), source="bank") == FundingCounts(repeated=2)
    after = balances(world)
    assert {who: after[who] - before[who] for who in after if after[who] != before[who]} == {"lin": 2_000, "wang": 3_000}


def test_another_amount_under_the_same_number_is_held_once(world: World) -> None:
    lines = _lines(world)
    book_bank_transfers(world.cast.clerk, lines, source="bank")
    before = balances(world)
    changed = [dataclasses.replace(lines[0], amount_fen=9_999), lines[1]]
    for _ in range(2):
        assert book_bank_transfers(world.cast.clerk, changed, source="bank") == FundingCounts(repeated=1, conflict=1)
    assert balances(world) == before
    held = HeldRecord.objects.get(reason="CONFLICT")
    assert held.raw["amount_fen"] == 9_999


def test_a_line_for_nobody_is_held_and_the_others_are_booked(world: World) -> None:
    lines = [*_lines(world), FundingLine(3, NOBODY, 500, NOON)]
    counts = book_bank_transfers(world.cast.clerk, lines, source="bank")
    assert counts == FundingCounts(posted=2, unknown_person=1)
    assert HeldRecord.objects.get(reason="UNKNOWN_PERSON").raw["person_id"] == NOBODY


def test_the_same_number_of_another_source_is_another_line(world: World) -> None:
    book_bank_transfers(world.cast.clerk, _lines(world), source="bank")
    assert book_bank_transfers(world.cast.clerk, _lines(world), source="other bank") == FundingCounts(posted=2)


def test_a_grant_opens_the_subsidy_purse(world: World) -> None:
    receivable = ledger.shared_account(Subject.SUBSIDY_RECEIVABLE)
    before = ledger.balance_of(receivable)
    assert grant_subsidies(world.cast.clerk, _lines(world), source="September") == FundingCounts(posted=2)
    assert grant_subsidies(world.cast.clerk, _lines(world), source="September") == FundingCounts(repeated=2)
    wang = Person.objects.get(pk=world.people["wang"])
    assert wang.subsidy_account_id is not None
    assert ledger.balance_of(wang.subsidy_account_id) == 3_000
    assert ledger.balance_of(receivable) - before == 5_000


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_an_amount_that_is_none_is_refused(world: World, amount_fen: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        book_bank_transfers(world.cast.clerk, [FundingLine(1, world.people["lin"], amount_fen, NOON)], source="bank")


def test_an_outsider_is_refused(world: World) -> None:
    before = balances(world)
    with pytest.raises(NotPermitted):
        book_bank_transfers(world.cast.outsider, _lines(world), source="bank")
    with pytest.raises(NotPermitted):
        grant_subsidies(world.cast.outsider, _lines(world), source="bank")
    assert balances(world) == before
