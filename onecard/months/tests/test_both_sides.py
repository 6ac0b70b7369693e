"""A reconciliation is signed by both sides: the settlement clerk proposes it, finance approves it, nobody does both."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.propose_action import propose_action
from onecard.access.models import Operator, Proposal
from onecard.access.types import Actor, NotPermitted, Post, ProposalOutcome
from onecard.months.actions.close_month import close_month
from onecard.months.actions.give_finance_figure import give_finance_figure
from onecard.months.actions.reconcile_difference import reconcile_difference
from onecard.months.models import MonthClose, Reconciliation
from onecard.months.types import MonthOutcome
from tests.world import DAY, World, close_day

SEPTEMBER = date(2026, 9, 1)
SAID: dict[str, Any] = {"books_fen": 78_500, "finance_fen": 78_499, "items": [{"amount_fen": 1, "reason": "a fen"}]}


def operator(name: str, post: Post) -> Actor:
    system = Actor.system("test")
    create_operator(system, name, full_name=name.title(), password="Correct-horse-7-battery", must_change_password=False)
    assign_posts(system, name, posts=[post])
    return Actor.of(Operator.objects.get(username=name))


@pytest.fixture
def sides(world: World) -> dict[str, Actor]:
    """The two sides, and a month that is one fen off."""
    clerk, finance = operator("settler", Post.SETTLEMENT_CLERK), operator("counter", Post.FINANCE)
    close_day(world, DAY, next_date=date(2026, 10, 1))
    give_finance_figure(finance, SEPTEMBER, payable_fen=78_499)
    return {"clerk": clerk, "finance": finance}


def proposed(actor: Actor) -> Proposal:
    outcome = propose_action(actor, "months.reconcile_difference", subject="2026-09", payload=SAID, reason="a fen")
    assert outcome is ProposalOutcome.DONE
    return Proposal.objects.get()


def test_finance_signs_what_settlement_proposed(sides: dict[str, Actor]) -> None:
    proposal = proposed(sides["clerk"])
    assert close_month(sides["clerk"], SEPTEMBER).outcome is MonthOutcome.REFUSED_DIFFERENCE
    decision = approve_proposal(sides["finance"], proposal.pk, digest=bytes(proposal.payload_digest).hex())
    assert decision.outcome is ProposalOutcome.DONE
    sheet = Reconciliation.objects.get()
    assert sheet.proposal_id == proposal.pk
    assert all(side in sheet.signed_by for side in ("settler", "counter"))
    assert close_month(sides["clerk"], SEPTEMBER).outcome is MonthOutcome.DONE
    assert MonthClose.objects.get().reconciliation == sheet


def test_no_side_signs_alone(sides: dict[str, Actor]) -> None:
    proposal = proposed(sides["clerk"])
    with pytest.raises(NotPermitted):
        approve_proposal(sides["clerk"], proposal.pk, digest=bytes(proposal.payload_digest).hex())
    for side in sides.values():
        with pytest.raises(NotPermitted):
            reconcile_difference(side, "2026-09", **SAID)
    assert Reconciliation.objects.count() == 0


def test_each_side_does_its_own(sides: dict[str, Actor]) -> None:
    with pytest.raises(NotPermitted):
        give_finance_figure(sides["clerk"], SEPTEMBER, payable_fen=78_500)
    with pytest.raises(NotPermitted):
        close_month(sides["finance"], SEPTEMBER)
    with pytest.raises(NotPermitted):
        propose_action(sides["finance"], "months.reconcile_difference", subject="2026-09", payload=SAID, reason="a fen")


def test_a_figure_that_changes_meanwhile_voids_the_proposal(sides: dict[str, Actor]) -> None:
    proposal = proposed(sides["clerk"])
    give_finance_figure(sides["finance"], SEPTEMBER, payable_fen=78_498)
    decision = approve_proposal(sides["finance"], proposal.pk, digest=bytes(proposal.payload_digest).hex())
    assert (decision.outcome, decision.ran) == (ProposalOutcome.REFUSED_BY_ACTION, "REFUSED_BALANCES")
