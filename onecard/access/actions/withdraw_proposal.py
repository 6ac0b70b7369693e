"""Take back one's own proposal (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.decide_proposal import facts_of, locked, proposer_permission, write
from onecard.access.rules import judge_withdrawal
from onecard.access.types import Actor, ProposalOutcome, ProposalState


@action("access.withdraw_proposal", permission=proposer_permission)
def withdraw_proposal(actor: Actor, proposal_id: int) -> ProposalOutcome:
    """Let the own proposal rest; needs the permission of the proposed action. Refusals in order: rules.judge_withdrawal."""
    proposal = locked(proposal_id)
    judged = judge_withdrawal(facts_of(proposal, actor=actor))
    if judged is ProposalOutcome.DONE:
        write(proposal, state=ProposalState.WITHDRAWN, actor=actor)
    return judged
