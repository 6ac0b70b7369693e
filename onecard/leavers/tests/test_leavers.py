"""Leavers in batch: freeze, wait for collections, cancel, list, refund paid, failed, claimed; sums agree at every step."""

from __future__ import annotations

import functools
from datetime import timedelta
from typing import Any

import pytest

from onecard.access.types import Actor, NotPermitted
from onecard.kernel import clock
from onecard.leavers import rules
from onecard.leavers.actions.cancel_leavers import cancel_leavers
from onecard.leavers.actions.claim_refund import claim_refund
from onecard.leavers.actions.fail_refund import fail_refund
from onecard.leavers.actions.freeze_leavers import freeze_leavers
from onecard.leavers.actions.list_leavers import list_leavers
from onecard.leavers.actions.pay_refunds import pay_refunds
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.papers import LEAVER_LIST
from onecard.leavers.queries import collections_of, due_refunds, totals_of
from onecard.leavers.types import LeaverOutcome, LeaverState
from onecard.ledger import queries as ledger
from onecard.ledger.types import PostingOutcome, Subject
from onecard.papers.queries import paper_of
from onecard.people.actions.enter_bank_account import enter_bank_account
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests.parallel import at_once
from tests.world import NOON, World, balances, broken_invariants, card

DONE = LeaverOutcome.DONE
AFTER = NOON + timedelta(days=3)
BOSS = Actor.system("boss")


def frozen_batch(world: World, *who: str, without_account: tuple[str, ...] = ()) -> int:
    """A batch of these people, frozen at noon; they have bank accounts but for those named."""
    for name in set(who) - set(without_account):
        account_no = f"62220000{world.people[name]:08d}"
        enter_bank_account(world.cast.clerk, world.people[name], holder="", bank="ICBC", account_no=account_no)
    listed = list_leavers(world.cast.clerk, "Class of 2026", person_ids=[world.people[name] for name in who])
    assert listed.batch_id is not None
    with clock.at(NOON):
        assert freeze_leavers(world.cast.clerk, listed.batch_id) is DONE
    return listed.batch_id


def leaver(world: World, who: str) -> Leaver:
    return Leaver.objects.get(person_id=world.people[who])


def words_of(batch_id: int) -> dict[str, Any]:
    """What is approved when the batch's refunds are paid now."""
    due = due_refunds(batch_id)
    return {"total_fen": due.total_fen, "newest_account_at": due.newest_account_at}


def payable() -> int:
    return ledger.balance_of(ledger.shared_account(Subject.REFUNDS_PAYABLE))


@pytest.mark.parametrize(
    ("frozen", "cancelled", "days", "missing", "expected"),
    [
        (True, False, 3, 0, DONE),
        (True, True, 0, 5, LeaverOutcome.REPEATED),
        (False, False, 9, 0, LeaverOutcome.REFUSED_NOT_FROZEN),
        (True, False, 2, 0, LeaverOutcome.REFUSED_WAITING),
        (True, False, 9, 1, LeaverOutcome.REFUSED_MISSING_NUMBERS),
    ],
)
def test_when_a_batch_is_cancelled(frozen: bool, cancelled: bool, days: int, missing: int, expected: LeaverOutcome) -> None:
    outcome = rules.judge_cancelling(
        frozen_at=NOON if frozen else None,
        cancelled_at=NOON if cancelled else None,
        now=NOON + timedelta(days=days),
        wait=timedelta(days=3),
        missing=missing,
    )
    assert outcome is expected


def test_from_the_list_to_the_refund(world: World) -> None:
    clerk = world.cast.clerk
    batch = frozen_batch(world, "lin", "wang", "lost", "issued")
    assert [card(name).get_state_display() for name in ("lin", "lost", "issued")] == ["Frozen", "Lost", "Issued"]
    with clock.at(AFTER):
        assert pay_refunds(BOSS, batch, **words_of(batch)) is LeaverOutcome.REFUSED_NOT_CANCELLED
        assert cancel_leavers(clerk, batch) is DONE
        assert cancel_leavers(clerk, batch) is LeaverOutcome.REPEATED
        assert {card(name).get_state_display() for name in ("lin", "lost", "issued", "wang")} == {"Cancelled"}
        assert (balances(world)["lin"], balances(world)["lin subsidy"], payable()) == (0, 0, 35_000)
        assert broken_invariants() == {}
        paper = paper_of(LEAVER_LIST, str(batch))
        assert paper is not None
        assert paper.content["head"]["refunds_fen"] == 35_000
        words = words_of(batch)
        assert words["total_fen"] == 35_000
        assert pay_refunds(BOSS, batch, **{**words, "total_fen": 34_999}) is LeaverOutcome.REFUSED_NOTHING_DUE
        assert pay_refunds(BOSS, batch, **words) is DONE
        assert pay_refunds(BOSS, batch, **words) is LeaverOutcome.REPEATED
        assert payable() == 0
        wang = leaver(world, "wang").pk
        assert claim_refund(BOSS, wang, account="6222") is LeaverOutcome.REFUSED_NOT_FAILED
        assert fail_refund(clerk, wang, reason="account closed") is DONE
        assert fail_refund(clerk, wang, reason="account closed") is LeaverOutcome.REPEATED
        assert payable() == 10_000
        assert broken_invariants() == {}
    with clock.at(AFTER + timedelta(days=400)):
        assert claim_refund(BOSS, wang, account="6222") is LeaverOutcome.REFUSED_TOO_LATE
    with clock.at(AFTER + timedelta(days=300)):
        assert claim_refund(BOSS, wang, account="6222") is DONE
        assert claim_refund(BOSS, wang, account="6222") is LeaverOutcome.REPEATED
        assert fail_refund(clerk, wang, reason="again") is DONE, "a claim can fail too"
    assert [(LeaverState(state), people, fen) for state, people, fen in totals_of(batch)] == [
        (LeaverState.PAID, 3, 25_000),
        (LeaverState.FAILED, 1, 10_000),
    ]
    assert broken_invariants() == {}


def test_missing_numbers_of_a_terminal_they_used_keep_it_waiting(world: World) -> None:
    collect_purchases([world.record(1, who="wang"), world.record(3, who="wang")], received_at=NOON)
    batch = frozen_batch(world, "wang")
    assert [(one.code, one.missing) for one in collections_of(batch)] == [("plain", 1)]
    with clock.at(AFTER):
        assert cancel_leavers(world.cast.clerk, batch) is LeaverOutcome.REFUSED_MISSING_NUMBERS
        collect_purchases([world.record(2, who="wang")], received_at=AFTER)
        assert cancel_leavers(world.cast.clerk, batch) is DONE
    assert leaver(world, "wang").refund_fen == 7_000


def test_who_owes_is_named_and_not_refunded(world: World) -> None:
    collect_purchases([world.record(1, who="wang", amount_fen=12_000)], received_at=NOON)
    batch = frozen_batch(world, "wang", "cancelled")
    with clock.at(AFTER):
        assert cancel_leavers(world.cast.clerk, batch) is DONE
    assert {leaver(world, name).state for name in ("wang", "cancelled")} == {LeaverState.OWING, LeaverState.NOTHING_DUE}
    assert pay_refunds(BOSS, batch, **words_of(batch)) is LeaverOutcome.REFUSED_NOTHING_DUE


def test_nobody_leaves_twice(world: World) -> None:
    frozen_batch(world, "wang")
    again = list_leavers(world.cast.clerk, "Again", person_ids=[world.people["wang"], world.people["lin"]])
    assert (again.outcome, again.people, again.left_out) == (DONE, 1, 1)
    assert list_leavers(world.cast.clerk, "Again", person_ids=[world.people["wang"]]).outcome is LeaverOutcome.REFUSED_NOBODY


def test_money_leaves_only_with_approval(world: World) -> None:
    batch = frozen_batch(world, "wang")
    clerk = Actor(1, "settlement", frozenset({"leavers.pay_refunds", "leavers.claim_refund"}))
    with pytest.raises(NotPermitted, match="approved proposal"):
        pay_refunds(clerk, batch, **words_of(batch))
    with pytest.raises(NotPermitted, match="approved proposal"):
        claim_refund(clerk, leaver(world, "wang").pk, account="6222")


def test_the_same_button_at_many_desks_at_once(own_world: World) -> None:
    batch = frozen_batch(own_world, "lin", "wang")
    with clock.at(AFTER):
        now = clock.now()

    def cancel() -> LeaverOutcome:
        with clock.at(now):
            return cancel_leavers(own_world.cast.clerk, batch)

    assert sorted(outcome.name for outcome in at_once([cancel] * 4)) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    payments = at_once([functools.partial(pay_refunds, BOSS, batch, **words_of(batch))] * 4)
    assert sorted(outcome.name for outcome in payments) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    assert own_world.fund("lin", 1, seq=99) is PostingOutcome.POSTED
    assert LeaverBatch.objects.get(pk=batch).paid_at is not None
    assert payable() == 0
