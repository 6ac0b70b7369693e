"""Look at a proposal under its lock and write what became of it: what approving, rejecting and withdrawing share."""

from __future__ import annotations

from onecard.access import queries
from onecard.access.models import Proposal
from onecard.access.posts import APPROVE
from onecard.access.rules import ProposalFacts, content_digest
from onecard.access.types import Actor, ProposalState
from onecard.kernel import clock


def approver_permission(proposal_id: int, **_arguments: object) -> str:
    """Who may decide on the proposal: holders of `<action>.approve`."""
    return queries.action_of(proposal_id) + APPROVE


def proposer_permission(proposal_id: int, **_arguments: object) -> str:
    """Who may propose what is proposed: holders of the action's own permission."""
    return queries.action_of(proposal_id)


def locked(proposal_id: int) -> Proposal:
    """The proposal, locked until the transaction ends; marked as expired when it is found to be."""
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal_id)
    if proposal.state == ProposalState.PENDING and proposal.shown_state is ProposalState.EXPIRED:
        write(proposal, state=ProposalState.EXPIRED, actor=None)
    return proposal


def facts_of(proposal: Proposal, *, actor: Actor, digest: str | None = None) -> ProposalFacts:
    """What the rules need; `digest` (hex) is that of the content which the approver saw."""
    found = content_digest(action=proposal.action, subject=proposal.subject, payload=proposal.payload)
    seen = found if digest is None else bytes.fromhex(digest)
    return ProposalFacts(
        state=ProposalState(proposal.state),
        is_expired=proposal.shown_state is ProposalState.EXPIRED,
        is_own=proposal.proposed_by_id == actor.operator_id,
        is_intact=found == seen == bytes(proposal.payload_digest),
        proposer_may=proposal.proposed_by.has_perm(proposal.action),
    )


def write(proposal: Proposal, *, state: ProposalState, actor: Actor | None, note: str = "", outcome: str = "") -> None:
    """Keep the decision; the database refuses a second one and one on the own proposal."""
    proposal.state, proposal.decided_at = state, clock.now()
    proposal.decided_by_id = actor.operator_id if actor else None
    proposal.note, proposal.outcome = note, outcome
    proposal.save(update_fields=["state", "decided_at", "decided_by", "note", "outcome"])
