"""Reject what somebody else proposed, and say why (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.decide_proposal import approver_permission, facts_of, locked, write
from onecard.access.rules import judge_rejection
from onecard.access.types import Actor, ProposalOutcome, ProposalState


@action("access.reject_proposal", permission=approver_permission)
def reject_proposal(actor: Actor, proposal_id: int, *, note: str) -> ProposalOutcome:
    """Decide that it shall not be done; needs the permission `<action>.approve`. Refusals in order: rules.judge_rejection."""
    if actor.operator_id is None:
        raise ValueError("a person rejects")
    proposal = locked(proposal_id)
    judged = judge_rejection(facts_of(proposal, actor=actor), note=note)
    if judged is ProposalOutcome.DONE:
        write(proposal, state=ProposalState.REJECTED, actor=actor, note=note.strip())
    return judged
