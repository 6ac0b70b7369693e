"""审批: approve what somebody else proposed; it runs at once (DESIGN §6)."""

from __future__ import annotations

import dataclasses

from onecard.access.action import action, is_refusal, outcome_name, spec_of
from onecard.access.actions.decide_proposal import approver_permission, facts_of, locked, write
from onecard.access.models import Proposal
from onecard.access.rules import judge_approval
from onecard.access.types import Actor, Approval, Decision, ProposalOutcome, ProposalState


@action("access.approve_proposal", permission=approver_permission)
def approve_proposal(actor: Actor, proposal_id: int, *, digest: str, note: str = "") -> Decision:
    """Run the proposed action and keep the decision, in one transaction; needs the permission `<action>.approve`.

    `digest` (hex) is that of the content which the approver was shown. Refusals in order: rules.judge_approval. When the action
    itself refuses, nothing was done and the proposal goes on waiting: REFUSED_BY_ACTION with the action's outcome (decision 14).
    """
    if actor.operator_id is None:
        raise ValueError("a person approves")
    proposal = locked(proposal_id)
    judged = judge_approval(facts_of(proposal, actor=actor, digest=digest))
    if judged is not ProposalOutcome.DONE:
        return Decision(judged)
    result = _run(proposal, approver=actor)
    if is_refusal(result):
        return Decision(ProposalOutcome.REFUSED_BY_ACTION, ran=outcome_name(result))
    write(proposal, state=ProposalState.APPROVED, actor=actor, note=note.strip(), outcome=outcome_name(result))
    return Decision(ProposalOutcome.DONE, ran=outcome_name(result))


def _run(proposal: Proposal, *, approver: Actor) -> object:
    """The proposer acts, by leave of the approver: the audit event and whatever the action signs name both."""
    spec = spec_of(proposal.action)
    if spec.need is None:
        raise ValueError(f"{proposal.action} needs no approval any more")
    proposer = Actor.of(proposal.proposed_by, request_id=approver.request_id)
    both = dataclasses.replace(
        proposer,
        name=f"{proposer.name} (approved by {approver.name})",
        approval=Approval(proposal.pk, digest=bytes(proposal.payload_digest), approver_id=approver.operator_id),
    )
    return spec.function(both, spec.need.read_subject(proposal.subject), **proposal.payload)
