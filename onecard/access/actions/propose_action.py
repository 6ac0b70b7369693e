"""申请: propose a sensitive action for somebody else to approve (DESIGN §6)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from onecard.access.action import SECRET_ARGUMENTS, action, spec_of
from onecard.access.models import Proposal
from onecard.access.rules import PROPOSAL_LIFETIME, content_digest
from onecard.access.types import Actor, ProposalOutcome, ProposalState
from onecard.kernel import clock


def _permission_of_what_is_proposed(name: str, **_arguments: object) -> str:
    return name


@action("access.propose_action", permission=_permission_of_what_is_proposed)
def propose_action(actor: Actor, name: str, *, subject: str, payload: Mapping[str, Any], reason: str) -> ProposalOutcome:
    """Keep what is proposed, with its digest, until somebody decides or it expires; needs the permission of the action itself.

    The same content waits once (REPEATED). Refused without a reason. ValueError for what no page sends: an action that needs no
    approval, arguments that it does not take or that must not be kept, and a proposer who is not a person.
    """
    if not reason.strip():
        return ProposalOutcome.REFUSED_NO_REASON
    _refuse_impossible(actor, name, subject=subject, payload=payload)
    digest, now = content_digest(action=name, subject=subject, payload=payload), clock.now()
    waiting = Proposal.objects.filter(payload_digest=digest, state=ProposalState.PENDING)
    waiting.filter(expires_at__lte=now).update(state=ProposalState.EXPIRED, decided_at=now)
    content = {
        "action": name,
        "subject": subject,
        "payload": dict(payload),
        "reason": reason.strip(),
        "proposed_by_id": actor.operator_id,
        "proposed_at": now,
        "expires_at": now + PROPOSAL_LIFETIME,
    }
    _kept, is_new = Proposal.objects.get_or_create(payload_digest=digest, state=ProposalState.PENDING, defaults=content)
    return ProposalOutcome.DONE if is_new else ProposalOutcome.REPEATED


def _refuse_impossible(actor: Actor, name: str, *, subject: str, payload: Mapping[str, Any]) -> None:
    spec = spec_of(name)
    if spec.need is None:
        raise ValueError(f"{name} needs no approval")
    if actor.operator_id is None:
        raise ValueError("a person proposes; the system acts for itself")
    if SECRET_ARGUMENTS.intersection(payload):
        raise ValueError("a proposal keeps no secrets")
    try:
        inspect.signature(spec.function).bind(actor, spec.need.read_subject(subject), **payload)
    except TypeError as error:
        raise ValueError(f"{name}: {error}") from error
