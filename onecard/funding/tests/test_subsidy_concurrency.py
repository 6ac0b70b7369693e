"""Two people with the same batch or the same card at once, and a death in the middle: once, or not at all."""

from __future__ import annotations

from pathlib import Path

from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.propose_action import propose_action
from onecard.access.models import Operator, Proposal
from onecard.access.types import Actor, Post, ProposalOutcome
from onecard.funding.actions.collect_subsidies import collect_subsidies
from onecard.funding.actions.take_back_subsidies import take_back_subsidies
from onecard.funding.models import SubsidyBatch, SubsidyGrant
from onecard.funding.tests.subsidies import AFTER_END, BOSS, COLLECTED, TAKES_BACK, batch_of, grant, granted
from onecard.funding.types import SubsidyOutcome
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.models import Transfer
from onecard.ledger.types import TransferKind
from tests.elsewhere import kill_when_stuck
from tests.parallel import at_once
from tests.world import NOON, World

KILLED = """
from onecard.funding.actions import grant_batch as granting
from onecard.funding.tests.subsidies import grant
granting.issue_subsidy_list = stuck(granting.issue_subsidy_list)
grant(int(sys.argv[2]))
"""
"""Grants the batch and is stuck before it commits; it is killed there."""
EVERYBODY = [(who, "10") for who in ("lin", "wang", "chen", "gao", "frozen", "issued", "expired", "lost")]


def grants() -> int:
    return Transfer.objects.filter(kind=TransferKind.SUBSIDY_GRANT, source__name="subsidies").count()


def operators() -> tuple[Actor, Actor, Actor]:
    office = Actor.system("office")
    for name, post in (("maker", Post.SETTLEMENT_CLERK), ("one", Post.FINANCE), ("two", Post.DIRECTOR)):
        create_operator(office, name, full_name=name, password="Correct-Horse-7", must_change_password=False)
        assign_posts(office, name, posts=[post])
    maker, one, two = (Actor.of(Operator.objects.get(username=name)) for name in ("maker", "one", "two"))
    return maker, one, two


def test_two_people_approve_the_same_batch_at_once(own_world: World) -> None:
    batch = SubsidyBatch.objects.get(pk=batch_of(own_world, *EVERYBODY))
    maker, one, two = operators()
    payload = {"people": batch.people, "total_fen": batch.total_fen, "digest": bytes(batch.digest).hex()}
    proposed = propose_action(maker, "funding.grant_batch", subject=str(batch.pk), payload=payload, reason="September")
    assert proposed is ProposalOutcome.DONE
    proposal = Proposal.objects.get()
    digest = bytes(proposal.payload_digest).hex()

    def approve(actor: Actor) -> ProposalOutcome:
        with clock.at(NOON):
            return approve_proposal(actor, proposal.pk, digest=digest).outcome

    both = at_once([lambda: approve(one), lambda: approve(two)])
    assert sorted(outcome.name for outcome in both) == ["DONE", "REPEATED"]
    assert grants() == len(EVERYBODY)
    assert approve(one) is ProposalOutcome.REPEATED


def test_a_batch_is_granted_once_however_many_grant_it(own_world: World) -> None:
    batch_id = batch_of(own_world, *EVERYBODY)
    outcomes = at_once([lambda: grant(batch_id)] * 3)
    assert sorted(one.name for one in outcomes) == ["DONE", "REPEATED", "REPEATED"]
    assert grants() == len(EVERYBODY)


def test_a_subsidy_is_collected_once_at_three_counters(own_world: World) -> None:
    granted(own_world, ("wang", "10"), terms=COLLECTED)

    def collect() -> int:
        with clock.at(NOON):
            return collect_subsidies(BOSS, own_world.people["wang"]).amount_fen

    assert sorted(at_once([collect] * 3)) == [0, 0, 1_000]
    assert grants() == 1


def test_what_is_collected_while_it_is_taken_back_is_one_or_the_other(own_world: World) -> None:
    batch_id = granted(own_world, ("wang", "10"), ("chen", "10"), terms=COLLECTED)
    numbers = list(SubsidyGrant.objects.filter(batch_id=batch_id).values_list("person_no", flat=True))

    def collect() -> SubsidyOutcome:
        with clock.at(NOON):
            return collect_subsidies(BOSS, own_world.people["wang"]).outcome

    def take() -> SubsidyOutcome:
        with clock.at(NOON):
            return take_back_subsidies(BOSS, batch_id, person_nos=numbers)

    _collected, taken = at_once([collect, take])
    assert taken is SubsidyOutcome.DONE
    assert set(SubsidyGrant.objects.values_list("state", flat=True)) <= {"lapsed", "taken_back"}
    assert ledger.balance_of(own_world.subsidy_receivable) == 3_500, "nothing is left of it in a purse"


def test_who_dies_in_the_middle_has_granted_nothing(own_world: World, own_database: str, tmp_path: Path) -> None:
    batch_id = batch_of(own_world, *EVERYBODY, terms=TAKES_BACK)
    kill_when_stuck(KILLED, str(batch_id), database=own_database, log=tmp_path / "killed.log")
    assert (grants(), SubsidyBatch.objects.get(pk=batch_id).state) == (0, "checked")
    assert grant(batch_id) is SubsidyOutcome.DONE
    assert grants() == len(EVERYBODY)
    with clock.at(AFTER_END):
        assert take_back_subsidies(BOSS, batch_id, person_nos=[]) is SubsidyOutcome.DONE
