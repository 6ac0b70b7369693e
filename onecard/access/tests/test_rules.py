"""Who may decide on a proposal: every outcome, and which one goes first."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from onecard.access.rules import ProposalFacts, content_digest, judge_approval, judge_rejection, judge_withdrawal
from onecard.access.types import ProposalOutcome as Outcome
from onecard.access.types import ProposalState as State

CONTENT = {"action": "room.do_it", "subject": "17", "payload": {"amount_fen": 5, "name": "饭"}}


@pytest.mark.parametrize(
    ("facts", "approve", "reject", "withdraw"),
    [
        ({}, Outcome.DONE, Outcome.DONE, Outcome.REFUSED_NOT_OWN),
        ({"is_own": True}, Outcome.REFUSED_OWN, Outcome.REFUSED_OWN, Outcome.DONE),
        ({"is_intact": False}, Outcome.REFUSED_CHANGED, Outcome.DONE, Outcome.REFUSED_NOT_OWN),
        ({"proposer_may": False}, Outcome.REFUSED_PROPOSER, Outcome.DONE, Outcome.REFUSED_NOT_OWN),
        ({"is_expired": True}, Outcome.REFUSED_EXPIRED, Outcome.REFUSED_EXPIRED, Outcome.REFUSED_EXPIRED),
        ({"state": State.EXPIRED}, Outcome.REFUSED_EXPIRED, Outcome.REFUSED_EXPIRED, Outcome.REFUSED_EXPIRED),
        ({"state": State.APPROVED}, Outcome.REPEATED, Outcome.REFUSED_DECIDED, Outcome.REFUSED_DECIDED),
        ({"state": State.REJECTED}, Outcome.REFUSED_DECIDED, Outcome.REPEATED, Outcome.REFUSED_DECIDED),
        ({"state": State.WITHDRAWN}, Outcome.REFUSED_DECIDED, Outcome.REFUSED_DECIDED, Outcome.REPEATED),
    ],
)
def test_decisions(facts: dict[str, object], approve: Outcome, reject: Outcome, withdraw: Outcome) -> None:
    known = dataclasses.replace(ProposalFacts(), **facts)  # type: ignore[arg-type]
    assert (judge_approval(known), judge_rejection(known, note="no"), judge_withdrawal(known)) == (approve, reject, withdraw)


def test_a_rejection_says_why() -> None:
    assert judge_rejection(ProposalFacts(state=State.REJECTED), note=" ") is Outcome.REFUSED_NO_REASON


def test_precedence_is_the_order_of_the_enum() -> None:
    order = list(Outcome)
    bits = (True, False)
    for state, is_expired, is_own, is_intact, proposer_may in itertools.product(State, bits, bits, bits, bits):
        facts = ProposalFacts(state, is_expired, is_own, is_intact, proposer_may)
        reasons = [
            (state is State.APPROVED, Outcome.REPEATED),
            (state in (State.REJECTED, State.WITHDRAWN), Outcome.REFUSED_DECIDED),
            (state is State.EXPIRED or (state is State.PENDING and facts.is_expired), Outcome.REFUSED_EXPIRED),
            (facts.is_own, Outcome.REFUSED_OWN),
            (not facts.is_intact, Outcome.REFUSED_CHANGED),
            (not facts.proposer_may, Outcome.REFUSED_PROPOSER),
        ]
        applying = [outcome for applies, outcome in reasons if applies]
        assert judge_approval(facts) is min(applying, key=order.index, default=Outcome.DONE)


@pytest.mark.parametrize(
    "other",
    [
        {"action": "room.do_it2"},
        {"subject": "18"},
        {"payload": {"amount_fen": 6, "name": "饭"}},
        {"payload": {"amount_fen": "5", "name": "饭"}},
        {"payload": {"amount_fen": 5}},
    ],
)
def test_another_content_has_another_digest(other: dict[str, object]) -> None:
    assert content_digest(**CONTENT) != content_digest(**{**CONTENT, **other})  # type: ignore[arg-type]


def test_the_digest_is_of_the_content_not_of_its_writing() -> None:
    turned = {**CONTENT, "payload": {"name": "饭", "amount_fen": 5}}
    assert content_digest(**CONTENT) == content_digest(**turned)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        content_digest(action="a", subject="b", payload={"moment": object()})
