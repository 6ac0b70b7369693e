"""Typed reads of the room."""

from __future__ import annotations

from onecard.access.models import Operator, Proposal
from onecard.access.posts import APPROVE
from onecard.access.types import ProposalState
from onecard.kernel import clock


def action_of(proposal_id: int) -> str:
    """The action that is proposed; Proposal.DoesNotExist for an unknown proposal."""
    return Proposal.objects.values_list("action", flat=True).get(pk=proposal_id)


def proposals_waiting_for(operator: Operator) -> int:
    """How many proposals wait on which this operator may decide: not expired, not the own ones."""
    decidable = [held.removesuffix(APPROVE) for held in operator.permissions() if held.endswith(APPROVE)]
    waiting = Proposal.objects.filter(action__in=decidable, state=ProposalState.PENDING, expires_at__gt=clock.now())
    return waiting.exclude(proposed_by=operator).count()
