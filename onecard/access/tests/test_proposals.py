"""One person proposes, another approves, and what was approved runs: every way in which that can be tried otherwise."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from onecard.access import action as actions
from onecard.access.action import approved, spec_of
from onecard.access.actions.approve_proposal import approve_proposal
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.deactivate_operator import deactivate_operator
from onecard.access.actions.propose_action import propose_action
from onecard.access.actions.reject_proposal import reject_proposal
from onecard.access.actions.withdraw_proposal import withdraw_proposal
from onecard.access.models import Operator, Proposal
from onecard.access.posts import PERMISSIONS
from onecard.access.queries import proposals_waiting_for
from onecard.access.types import AccessOutcome, Actor, Approval, Decision, NotPermitted, Post, ProposalOutcome, ProposalState
from onecard.audit.models import Event
from onecard.kernel import clock
from tests.parallel import at_once
from tests.refused import refusal

NAME = "access.try_something"
MONDAY = datetime(2026, 9, 7, 2, 0, tzinfo=UTC)
POSTS = {
    "clerk": {Post.SETTLEMENT_CLERK},
    "second": {Post.SETTLEMENT_CLERK, Post.DIRECTOR},
    "director": {Post.DIRECTOR},
    "finance": {Post.FINANCE},
}
Tried = list[tuple[str, int, str]]


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tried]:
    """A sensitive action of the settlement clerk that the director approves; what it did, by whom. It refuses above 99."""
    done: Tried = []

    def try_something(actor: Actor, subject: int, *, amount_fen: int) -> AccessOutcome:
        """Try something."""
        if amount_fen > 99:
            return AccessOutcome.REFUSED_SELF
        done.append((actor.name, subject, f"{amount_fen}"))
        return AccessOutcome.DONE

    approved(NAME, title="Try something", words={"amount_fen": "amount"}, read_subject=int)(try_something)
    for post, permission in ((Post.SETTLEMENT_CLERK, NAME), (Post.DIRECTOR, f"{NAME}.approve")):
        monkeypatch.setitem(PERMISSIONS, post, PERMISSIONS[post] | {permission})
    yield done
    del actions._registered[NAME]


@pytest.fixture
def staff(db: None, tried: Tried) -> Callable[[str], Actor]:
    """An operator of each kind; the actor by name, with the permissions held now."""
    return appoint()


def appoint() -> Callable[[str], Actor]:
    personnel = Actor.system("personnel")
    for name, posts in POSTS.items():
        create_operator(personnel, name, full_name=name.title(), password="Correct-Horse-7")
        assign_posts(personnel, name, posts=posts)
    return lambda name: Actor.of(Operator.objects.get(username=name))


def propose(actor: Actor, *, amount_fen: int = 7, subject: int = 17, reason: str = "because") -> Proposal:
    outcome = propose_action(actor, NAME, subject=str(subject), payload={"amount_fen": amount_fen}, reason=reason)
    assert outcome is ProposalOutcome.DONE
    return Proposal.objects.latest("pk")


def digest(proposal: Proposal) -> str:
    return bytes(proposal.payload_digest).hex()


def approve(actor: Actor, proposal: Proposal) -> Decision:
    return approve_proposal(actor, proposal.pk, digest=digest(proposal))


def waiting_for(name: str) -> int:
    return proposals_waiting_for(Operator.objects.get(username=name))


Staff = Callable[[str], Actor]


def test_what_was_approved_runs_in_the_name_of_both(staff: Staff, tried: Tried) -> None:
    proposal = propose(staff("clerk"))
    assert tried == []
    assert approve(staff("director"), proposal) == Decision(ProposalOutcome.DONE, ran="DONE")
    assert tried == [("clerk (approved by director)", 17, "7")]
    proposal.refresh_from_db()
    assert (proposal.state, proposal.outcome, proposal.decided_by) == (
        ProposalState.APPROVED,
        "DONE",
        Operator.objects.get(username="director"),
    )
    trail = Event.objects.filter(action__in=("access.propose_action", NAME, "access.approve_proposal")).order_by("pk")
    assert [(event.action, event.actor_name, event.subject, event.outcome) for event in trail] == [
        ("access.propose_action", "clerk", NAME, "DONE"),
        (NAME, "clerk (approved by director)", "17", "DONE"),
        ("access.approve_proposal", "director", str(proposal.pk), "DONE"),
    ]


def test_nobody_runs_it_without_an_approved_proposal(staff: Staff, tried: Tried) -> None:
    run: Callable[..., object] = spec_of(NAME).function
    for who in ("clerk", "second", "director", "finance"):
        with pytest.raises(NotPermitted):
            run(staff(who), 17, amount_fen=7)
    refused = Event.objects.filter(action=NAME).order_by("pk").values_list("actor_name", "outcome")
    assert list(refused) == [
        ("clerk", "NOT_APPROVED"),
        ("second", "NOT_APPROVED"),
        ("director", "NOT_PERMITTED"),
        ("finance", "NOT_PERMITTED"),
    ]
    assert tried == []
    assert run(Actor.system("job"), 17, amount_fen=7) is AccessOutcome.DONE
    assert tried == [("job", 17, "7")]


@pytest.mark.parametrize(("subject", "amount_fen"), [(18, 7), (17, 8)])
def test_an_approval_is_good_for_its_content_alone(staff: Staff, tried: Tried, subject: int, amount_fen: int) -> None:
    proposal = propose(staff("clerk"))
    approval = Approval(proposal.pk, digest=bytes(proposal.payload_digest))
    cleared = dataclasses.replace(staff("clerk"), approval=approval)
    run: Callable[..., object] = spec_of(NAME).function
    with pytest.raises(NotPermitted):
        run(cleared, subject, amount_fen=amount_fen)
    assert tried == []


def test_nobody_approves_or_rejects_the_own_proposal(staff: Staff, tried: Tried) -> None:
    proposal = propose(staff("second"))
    assert approve(staff("second"), proposal).outcome is ProposalOutcome.REFUSED_OWN
    assert reject_proposal(staff("second"), proposal.pk, note="no") is ProposalOutcome.REFUSED_OWN
    assert tried == []
    assert approve(staff("director"), proposal).outcome is ProposalOutcome.DONE


@pytest.mark.parametrize("who", ["clerk", "finance"])
def test_deciding_needs_the_permission_to_approve_that_action(staff: Staff, who: str) -> None:
    proposal = propose(staff("second"))
    with pytest.raises(NotPermitted):
        approve(staff(who), proposal)
    with pytest.raises(NotPermitted):
        reject_proposal(staff(who), proposal.pk, note="no")
    assert Event.objects.filter(actor_name=who, outcome="NOT_PERMITTED").count() == 2


@pytest.mark.parametrize("who", ["director", "finance"])
def test_proposing_needs_the_permission_of_the_action(staff: Staff, who: str) -> None:
    with pytest.raises(NotPermitted):
        propose(staff(who))
    assert Proposal.objects.count() == 0


def test_an_approver_decides_on_what_was_shown(staff: Staff, tried: Tried) -> None:
    shown, other = propose(staff("clerk")), propose(staff("clerk"), amount_fen=8)
    assert approve_proposal(staff("director"), other.pk, digest=digest(shown)).outcome is ProposalOutcome.REFUSED_CHANGED
    assert tried == []


def test_a_proposal_expires(staff: Staff, tried: Tried) -> None:
    with clock.at(MONDAY):
        proposal = propose(staff("clerk"))
    with clock.at(MONDAY + timedelta(days=7, seconds=-1)):
        director = staff("director")
        assert waiting_for("director") == 1
        assert proposal.shown_state == ProposalState.PENDING
    with clock.at(MONDAY + timedelta(days=7)):
        assert proposal.get_shown_state_display() == "Expired"
        assert waiting_for("director") == 0
        assert approve(director, proposal).outcome is ProposalOutcome.REFUSED_EXPIRED
        assert Proposal.objects.get().state == ProposalState.EXPIRED
        assert withdraw_proposal(staff("clerk"), proposal.pk) is ProposalOutcome.REFUSED_EXPIRED
        assert tried == []
        assert propose(staff("clerk")).pk != proposal.pk


def test_an_expired_proposal_that_nobody_noticed_is_in_nobodys_way(staff: Staff) -> None:
    with clock.at(MONDAY):
        first = propose(staff("clerk"))
    with clock.at(MONDAY + timedelta(days=8)):
        second = propose(staff("clerk"))
    assert [row.state for row in Proposal.objects.order_by("pk")] == [ProposalState.EXPIRED, ProposalState.PENDING]
    assert first.payload_digest == second.payload_digest


def test_the_same_proposal_waits_once(staff: Staff) -> None:
    propose(staff("clerk"))
    assert propose_action(staff("clerk"), NAME, subject="17", payload={"amount_fen": 7}, reason="x") is ProposalOutcome.REPEATED
    assert Proposal.objects.count() == 1


def test_a_reason_is_needed_and_a_person(staff: Staff) -> None:
    assert propose_action(staff("clerk"), NAME, subject="17", payload={"amount_fen": 7}, reason=" ") is (
        ProposalOutcome.REFUSED_NO_REASON
    )
    system = Actor.system("job")
    with pytest.raises(ValueError, match="a person proposes"):
        propose_action(system, NAME, subject="17", payload={"amount_fen": 7}, reason="x")
    proposal = propose(staff("clerk"))
    with pytest.raises(ValueError, match="a person approves"):
        approve(system, proposal)
    with pytest.raises(ValueError, match="a person rejects"):
        reject_proposal(system, proposal.pk, note="no")
    assert withdraw_proposal(system, proposal.pk) is ProposalOutcome.REFUSED_NOT_OWN


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("access.assign_posts", {"posts": []}),
        (NAME, {}),
        (NAME, {"amount_fen": 1, "more": 2}),
        (NAME, {"amount_fen": 1, "password": "x"}),
    ],
)
def test_what_could_never_run_is_no_proposal(staff: Staff, name: str, payload: dict[str, Any]) -> None:
    everything = dataclasses.replace(staff("clerk"), permissions=frozenset({name}))
    with pytest.raises(ValueError, match=r"approval|argument|secrets"):
        propose_action(everything, name, subject="17", payload=payload, reason="x")


def test_an_action_is_found_where_its_name_says() -> None:
    found = actions._registered.pop("access.assign_posts")
    try:
        with pytest.raises(KeyError):
            spec_of("access.no_such_action")
        del sys.modules["onecard.access.actions.assign_posts"]
        assert spec_of("access.assign_posts").name == found.name
    finally:
        actions._registered["access.assign_posts"] = found


def test_when_the_action_refuses_the_proposal_goes_on_waiting(staff: Staff, tried: Tried) -> None:
    proposal = propose(staff("clerk"), amount_fen=100)
    assert approve(staff("director"), proposal) == Decision(ProposalOutcome.REFUSED_BY_ACTION, ran="REFUSED_SELF")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_at, tried) == (ProposalState.PENDING, None, [])
    outcomes = Event.objects.order_by("-pk").values_list("action", "outcome")[:2]
    assert list(outcomes) == [("access.approve_proposal", "REFUSED_BY_ACTION"), (NAME, "REFUSED_SELF")]


def test_a_proposer_who_may_no_longer(staff: Staff, tried: Tried) -> None:
    proposal = propose(staff("clerk"))
    deactivate_operator(Actor.system("personnel"), "clerk")
    assert approve(staff("director"), proposal).outcome is ProposalOutcome.REFUSED_PROPOSER
    assert tried == []


def test_rejecting_says_why_and_withdrawing_is_the_proposers(staff: Staff, tried: Tried) -> None:
    first, second = propose(staff("clerk")), propose(staff("clerk"), amount_fen=8)
    assert reject_proposal(staff("director"), first.pk, note=" ") is ProposalOutcome.REFUSED_NO_REASON
    assert reject_proposal(staff("director"), first.pk, note="look again") is ProposalOutcome.DONE
    assert reject_proposal(staff("director"), first.pk, note="look again") is ProposalOutcome.REPEATED
    assert approve(staff("director"), first).outcome is ProposalOutcome.REFUSED_DECIDED
    assert withdraw_proposal(staff("second"), second.pk) is ProposalOutcome.REFUSED_NOT_OWN
    with pytest.raises(NotPermitted):
        withdraw_proposal(staff("director"), second.pk)
    assert withdraw_proposal(staff("clerk"), second.pk) is ProposalOutcome.DONE
    assert approve(staff("director"), second).outcome is ProposalOutcome.REFUSED_DECIDED
    assert tried == []


def test_waiting_proposals_are_counted_for_who_may_decide(staff: Staff) -> None:
    propose(staff("clerk"))
    propose(staff("second"), amount_fen=8)
    waiting = {name: waiting_for(name) for name in POSTS}
    assert waiting == {"clerk": 0, "second": 1, "director": 2, "finance": 0}


INSUFFICIENT_PRIVILEGE, KEPT = "42501", "OC004"
DECIDED = "state = 'approved', decided_at = now(), outcome = 'DONE'"
NO_CHANGES = (
    ("update access_proposal set payload = '{}'", INSUFFICIENT_PRIVILEGE, KEPT),
    ("update access_proposal set payload_digest = 'x'", INSUFFICIENT_PRIVILEGE, KEPT),
    ("update access_proposal set proposed_by_id = proposed_by_id + 1", INSUFFICIENT_PRIVILEGE, KEPT),
    ("update access_proposal set reason = 'other', state = state", INSUFFICIENT_PRIVILEGE, KEPT),
    ("delete from access_proposal", INSUFFICIENT_PRIVILEGE, KEPT),
    ("truncate access_proposal cascade", INSUFFICIENT_PRIVILEGE, KEPT),
    (f"update access_proposal set {DECIDED}, decided_by_id = proposed_by_id", *["nobody_decides_the_own_proposal"] * 2),
    (f"update access_proposal set {DECIDED}", *["decided_proposal_has_decider_and_time"] * 2),
    (
        "update access_proposal set state = 'withdrawn', decided_at = now(), decided_by_id = proposed_by_id + 1",
        *["only_the_proposer_withdraws"] * 2,
    ),
    (
        "update access_proposal set state = 'rejected', decided_at = now(), decided_by_id = proposed_by_id + 1",
        *["rejection_says_why"] * 2,
    ),
    (
        "update access_proposal set state = 'approved', decided_at = now(), decided_by_id = proposed_by_id + 1",
        *["approved_proposal_has_run"] * 2,
    ),
)


@pytest.fixture
def own_staff(own_database: str, tried: Tried, django_db_blocker: DjangoDbBlocker) -> Iterator[Staff]:
    """The staff, committed to a database of its own."""
    with django_db_blocker.unblock():
        yield appoint()
        connections["owner"].close()


def test_content_never_changes_and_constraints_hold(own_staff: Staff) -> None:
    proposal = propose(own_staff("clerk"))
    for statement, application, owner in NO_CHANGES:
        assert (refusal(statement, alias="default"), refusal(statement, alias="owner")) == (application, owner), statement
    approve(own_staff("director"), proposal)
    undo = "update access_proposal set state = 'pending', decided_at = null, decided_by_id = null, note = '', outcome = ''"
    assert refusal(undo, alias="default") == KEPT
    assert refusal(undo, alias="owner") == KEPT


def test_two_approvers_at_once_run_it_once(own_staff: Staff, tried: Tried) -> None:
    proposal = propose(own_staff("clerk"))
    who = [own_staff("director"), own_staff("second")] * 2
    decisions = at_once([partial(approve, actor, proposal) for actor in who])
    assert sorted(decision.outcome.name for decision in decisions) == ["DONE", "REPEATED", "REPEATED", "REPEATED"]
    assert len(tried) == 1
