"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Collection

from onecard.access.models import Proposal
from onecard.access.posts import APPROVE
from onecard.access.types import ProposalState
from onecard.kernel import clock


def action_of(proposal_id: int) -> str:
    """The action that is proposed; Proposal.DoesNotExist for an unknown proposal."""
    return Proposal.objects.values_list("action", flat=True).get(pk=proposal_id)


def proposals_waiting_for(operator_id: int | None, *, permissions: Collection[str]) -> int:
    """How many proposals wait that this operator, with these permissions, may decide on: not expired, not the own ones."""
    decidable = [permission.removesuffix(APPROVE) for permission in permissions if permission.endswith(APPROVE)]
    waiting = Proposal.objects.filter(action__in=decidable, state=ProposalState.PENDING, expires_at__gt=clock.now())
    return waiting.exclude(proposed_by_id=operator_id).count()
