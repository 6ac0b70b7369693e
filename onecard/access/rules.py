"""Pure decisions of the room: what a proposal's digest covers, and who may decide on it (DESIGN §6)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta

from onecard.access.types import ProposalOutcome, ProposalState

PROPOSAL_LIFETIME = timedelta(days=7)
"""A proposal that nobody decided on in this time is void."""


@dataclasses.dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What a decision on a proposal needs to know. `is_intact`: the approver saw this content and the digest is its digest."""

    state: ProposalState = ProposalState.PENDING
    is_expired: bool = False
    is_own: bool = False
    is_intact: bool = True
    proposer_may: bool = True


def content_digest(*, action: str, subject: str, payload: Mapping[str, object]) -> bytes:
    """SHA-256 of the canonical JSON of what would run: action, subject and payload. TypeError for a value that JSON has not."""
    content = {"action": action, "subject": subject, "payload": dict(payload)}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).digest()


def judge_approval(facts: ProposalFacts) -> ProposalOutcome:
    """Whether the proposal may be approved now; the first line that applies wins."""
    in_order = (
        (facts.state is ProposalState.APPROVED, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (facts.is_own, ProposalOutcome.REFUSED_OWN),
        (not facts.is_intact, ProposalOutcome.REFUSED_CHANGED),
        (not facts.proposer_may, ProposalOutcome.REFUSED_PROPOSER),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def judge_rejection(facts: ProposalFacts, *, note: str) -> ProposalOutcome:
    """Whether the proposal may be rejected now; a rejection says why."""
    in_order = (
        (not note.strip(), ProposalOutcome.REFUSED_NO_REASON),
        (facts.state is ProposalState.REJECTED, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (facts.is_own, ProposalOutcome.REFUSED_OWN),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def judge_withdrawal(facts: ProposalFacts) -> ProposalOutcome:
    """Whether the proposal may be withdrawn now: by who proposed it."""
    in_order = (
        (facts.state is ProposalState.WITHDRAWN, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (not facts.is_own, ProposalOutcome.REFUSED_NOT_OWN),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def _not_open(facts: ProposalFacts) -> tuple[tuple[bool, ProposalOutcome], ...]:
    is_over = facts.state is ProposalState.EXPIRED or (facts.state is ProposalState.PENDING and facts.is_expired)
    return (
        (is_over, ProposalOutcome.REFUSED_EXPIRED),
        (facts.state is not ProposalState.PENDING, ProposalOutcome.REFUSED_DECIDED),
    )
