"""久悬: notice, booking with approval, claims however late, payments that come back; debts written off; how old refunds are."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from typing import NamedTuple

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.kernel import clock
from onecard.leavers import rules
from onecard.leavers.actions.book_unclaimed import book_unclaimed
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.claim_refund import claim_refund
from onecard.leavers.actions.claim_unclaimed import claim_unclaimed
from onecard.leavers.actions.fail_claim import fail_claim
from onecard.leavers.actions.fail_refund import fail_refund
from onecard.leavers.actions.fetch_refunds import fetch_refunds
from onecard.leavers.actions.list_unclaimed import list_unclaimed
from onecard.leavers.actions.pay_refunds import pay_refunds
from onecard.leavers.actions.write_off_debt import write_off_debt
from onecard.leavers.models import UnclaimedBalance
from onecard.leavers.papers import UNCLAIMED_BOOKED, UNCLAIMED_NOTICE
from onecard.leavers.queries import ageing
from onecard.leavers.tests.test_leavers import AFTER, BOSS, frozen_batch, leaver, payable, words_of
from onecard.leavers.types import AgeLine, LeaverOutcome, LeaverState, UnclaimedState
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.papers.queries import paper_of
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.parallel import at_once
from tests.world import DAY, NOON, World, balances, broken_invariants, close_day

DONE = LeaverOutcome.DONE
TWO_YEARS = date(2028, 9, 2)
LATER = NOON.replace(year=2028, day=2)
AFTER_NOTICE = LATER + timedelta(days=30)


class Noticed(NamedTuple):
    """A list whose notice runs, and what it comes to."""

    list_id: int
    total_fen: int


def balance(subject: Subject) -> int:
    return ledger.balance_of(ledger.shared_account(subject))


def give_notice(world: World) -> Noticed:
    """Two years pass in which only Chen buys; then the notice is given."""
    close_day(world, DAY, next_date=TWO_YEARS - timedelta(days=1))
    with clock.at(LATER - timedelta(days=1)):
        collect_purchases([world.record(1, who="chen", amount_fen=100, occurred_at=LATER - timedelta(days=1))])
        close_day(world, TWO_YEARS - timedelta(days=1), next_date=TWO_YEARS)
    with clock.at(LATER):
        listed = list_unclaimed(world.cast.clerk, "2028")
    assert listed.outcome is DONE
    return Noticed(listed.batch_id or 0, sum(UnclaimedBalance.objects.values_list("amount_fen", flat=True)))


def of(world: World, who: str) -> UnclaimedBalance:
    return UnclaimedBalance.objects.get(person_id=world.people[who])


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2028, 2, 29), date(2026, 2, 28)),
        (date(2028, 3, 1), date(2026, 3, 1)),
    ],
)
def test_years_go_back_to_the_same_day(day: date, expected: date) -> None:
    assert rules.years_before(day, years=2) == expected
    assert rules.years_before(date(2028, 2, 29), years=4) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("booked", "days", "outcome"),
    [(False, 29, LeaverOutcome.REFUSED_NOTICE), (False, 30, DONE), (True, 0, LeaverOutcome.REPEATED)],
)
def test_when_a_list_is_booked(booked: bool, days: int, outcome: LeaverOutcome) -> None:
    now = NOON + timedelta(days=days)
    judged = rules.judge_booking(noticed_at=NOON, booked_at=now if booked else None, now=now, notice=timedelta(days=30))
    assert judged is outcome


def test_a_dormant_purse_is_told_of_then_booked_then_claimed_however_late(world: World) -> None:
    one = give_notice(world)
    named = set(UnclaimedBalance.objects.values_list("person__full_name", flat=True))
    assert {"Lin", "Wang"} <= named
    assert "Chen" not in named, "moved yesterday"
    assert paper_of(UNCLAIMED_NOTICE, str(one.list_id)) is not None
    with clock.at(AFTER_NOTICE - timedelta(days=1)):
        assert book_unclaimed(BOSS, one.list_id, total_fen=one.total_fen) is LeaverOutcome.REFUSED_NOTICE
    with clock.at(AFTER_NOTICE):
        world.fund("wang", 50, seq=77)
        rest_fen = one.total_fen - of(world, "wang").amount_fen
        assert book_unclaimed(BOSS, one.list_id, total_fen=one.total_fen) is LeaverOutcome.REFUSED_NOTHING_DUE
        assert claim_unclaimed(BOSS, of(world, "lin").pk, account="6222") is LeaverOutcome.REFUSED_NOT_UNCLAIMED
        assert book_unclaimed(BOSS, one.list_id, total_fen=rest_fen) is DONE
        assert book_unclaimed(BOSS, one.list_id, total_fen=rest_fen) is LeaverOutcome.REPEATED
    assert (of(world, "wang").state, of(world, "lin").state) == (UnclaimedState.STIRRED, UnclaimedState.UNCLAIMED)
    assert (balances(world)["lin"], balance(Subject.UNCLAIMED)) == (0, rest_fen)
    paper = paper_of(UNCLAIMED_BOOKED, str(one.list_id))
    assert paper is not None
    assert paper.content["head"]["total_fen"] == rest_fen
    assert broken_invariants() == {}

    lin_fen = of(world, "lin").amount_fen
    with clock.at(AFTER_NOTICE + timedelta(days=3_000)):
        assert claim_unclaimed(BOSS, of(world, "lin").pk, account="") is DONE
        assert claim_unclaimed(BOSS, of(world, "lin").pk, account="") is LeaverOutcome.REPEATED
        assert fail_claim(BOSS, of(world, "lin").pk, reason="x") is LeaverOutcome.REFUSED_NOT_PAID, "it went to the purse"
    assert (balances(world)["lin"], balance(Subject.UNCLAIMED)) == (lin_fen, rest_fen - lin_fen)
    assert broken_invariants() == {}


def test_nothing_is_told_of_twice_and_what_moved_may_be_told_of_again(world: World) -> None:
    one = give_notice(world)
    with clock.at(AFTER_NOTICE):
        assert list_unclaimed(world.cast.clerk, "again").outcome is LeaverOutcome.REFUSED_NOBODY
        world.fund("wang", 50, seq=77)
        book_unclaimed(BOSS, one.list_id, total_fen=one.total_fen - of(world, "wang").amount_fen)
        close_day(world, TWO_YEARS, next_date=date(2031, 1, 1))
    with clock.at(datetime(2031, 1, 1, 12, tzinfo=NOON.tzinfo)):
        again = list_unclaimed(world.cast.clerk, "2031")
    people = UnclaimedBalance.objects.filter(of_list_id=again.batch_id).values_list("person_id", flat=True)
    assert world.people["wang"] in people
    assert world.people["lin"] not in people, "what is booked is on no purse"


def failed_refund(world: World) -> int:
    """Wang's refund failed three days after the freeze; the leaver's id."""
    batch = frozen_batch(world, "wang")
    with clock.at(AFTER):
        cancel_leavers(world.cast.clerk, batch)
        assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE
        wang = leaver(world, "wang").pk
        assert fail_refund(world.cast.clerk, wang, reason="account closed") is DONE
    return wang


def test_a_refund_not_claimed_in_time_becomes_unclaimed_and_is_paid_later(world: World) -> None:
    wang = failed_refund(world)
    with clock.at(AFTER + timedelta(days=360)):
        assert list_unclaimed(world.cast.clerk, "early").outcome is LeaverOutcome.REFUSED_NOBODY
    with clock.at(AFTER + timedelta(days=400)):
        assert claim_refund(BOSS, wang, account="6222") is LeaverOutcome.REFUSED_TOO_LATE
        listed = list_unclaimed(world.cast.clerk, "late")
        assert (listed.outcome, listed.people) == (DONE, 1)
    with clock.at(AFTER + timedelta(days=431)):
        assert book_unclaimed(BOSS, listed.batch_id or 0, total_fen=10_000) is DONE
    assert (leaver(world, "wang").state, payable(), balance(Subject.UNCLAIMED)) == (LeaverState.UNCLAIMED, 0, 10_000)
    bank_fen = balance(Subject.BANK_CLEARING)
    with clock.at(AFTER + timedelta(days=900)):
        assert claim_unclaimed(BOSS, of(world, "wang").pk, account="6222") is DONE
        assert (balance(Subject.UNCLAIMED), balance(Subject.BANK_CLEARING)) == (0, bank_fen - 10_000)
        assert fail_claim(world.cast.clerk, of(world, "wang").pk, reason="no such account") is DONE
        assert fail_claim(world.cast.clerk, of(world, "wang").pk, reason="no such account") is LeaverOutcome.REPEATED
        assert (balance(Subject.UNCLAIMED), balance(Subject.BANK_CLEARING)) == (10_000, bank_fen)
        assert claim_unclaimed(BOSS, of(world, "wang").pk, account="6228") is DONE, "and again, to another account"
    assert broken_invariants() == {}


def test_a_refund_that_found_no_account_in_time_becomes_unclaimed_or_is_paid_before(world: World) -> None:
    batch = frozen_batch(world, "wang", "lin", without_account=("wang", "lin"))
    with clock.at(AFTER):
        cancel_leavers(world.cast.clerk, batch)
    with clock.at(AFTER + timedelta(days=400)):
        listed = list_unclaimed(world.cast.clerk, "no account")
        assert (listed.outcome, listed.people) == (DONE, 2)
        enter_bank_account(world.cast.clerk, world.people["lin"], holder="", bank="", account_no="6222 0001")
        assert pay_refunds(BOSS, batch, **words_of(batch)) is DONE, "during the notice"
    with clock.at(AFTER + timedelta(days=431)):
        assert book_unclaimed(BOSS, listed.batch_id or 0, total_fen=10_000) is DONE
    assert {one.person.full_name: one.state for one in UnclaimedBalance.objects.all()} == {
        "Wang": UnclaimedState.UNCLAIMED,
        "Lin": UnclaimedState.STIRRED,
    }
    assert (payable(), balance(Subject.UNCLAIMED)) == (0, 10_000)
    assert broken_invariants() == {}


def test_a_debt_is_written_off_once_by_its_amount(world: World) -> None:
    collect_purchases([world.record(1, who="wang", amount_fen=12_000)], received_at=NOON)
    batch = frozen_batch(world, "wang", "lin")
    with clock.at(AFTER):
        cancel_leavers(world.cast.clerk, batch)
        wang, lin = leaver(world, "wang").pk, leaver(world, "lin").pk
        assert write_off_debt(BOSS, lin, debt_fen=1, why="gone") is LeaverOutcome.REFUSED_NOT_OWING
        assert write_off_debt(BOSS, wang, debt_fen=1_999, why="gone") is LeaverOutcome.REFUSED_NOTHING_DUE
        assert write_off_debt(BOSS, wang, debt_fen=2_000, why="gone") is DONE
        assert write_off_debt(BOSS, wang, debt_fen=2_000, why="gone") is LeaverOutcome.REPEATED
    assert (balances(world)["wang"], balance(Subject.WRITE_OFFS)) == (0, 2_000)
    assert (leaver(world, "wang").state, leaver(world, "wang").note) == (LeaverState.WRITTEN_OFF, "gone")
    assert broken_invariants() == {}


def test_money_moves_only_with_approval(world: World) -> None:
    clerk = Actor(1, "settlement", frozenset({"leavers.book_unclaimed", "leavers.claim_unclaimed", "leavers.write_off_debt"}))
    for moves in (
        functools.partial(book_unclaimed, clerk, 1, total_fen=1),
        functools.partial(claim_unclaimed, clerk, 1, account=""),
        functools.partial(write_off_debt, clerk, 1, debt_fen=1, why="x"),
    ):
        with pytest.raises(NotPermitted, match="approved proposal"):
            moves()
    for looks in (functools.partial(list_unclaimed, title="x"), functools.partial(fetch_refunds, file_id=1)):
        with pytest.raises(NotPermitted):
            looks(world.cast.outsider)


def test_the_same_button_at_many_desks_at_once(own_world: World) -> None:
    one = give_notice(own_world)

    def book() -> LeaverOutcome:
        with clock.at(AFTER_NOTICE):
            return book_unclaimed(BOSS, one.list_id, total_fen=one.total_fen)

    assert sorted(outcome.name for outcome in at_once([book] * 4)) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    assert balance(Subject.UNCLAIMED) == one.total_fen
    claims = at_once([functools.partial(claim_unclaimed, BOSS, of(own_world, "lin").pk, account="6222")] * 4)
    assert sorted(outcome.name for outcome in claims) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]


def test_how_old_unpaid_refunds_are(world: World) -> None:
    assert ageing(DAY) == tuple(AgeLine(over) for over in rules.AGES)
    failed_refund(world)
    failed_on = AFTER.date()
    for days, over in ((0, 0), (30, 0), (31, 30), (90, 30), (181, 180), (365, 180), (366, 365)):
        found = {line.over_days: line.refunds_fen for line in ageing(failed_on + timedelta(days=days)) if line.refunds}
        assert found == {over: 10_000}, f"{days} days"
