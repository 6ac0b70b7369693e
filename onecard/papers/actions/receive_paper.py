"""接收: sign a paper as its receiver."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.papers.actions.sign_paper import sign_paper
from onecard.papers.types import Role, SignOutcome


@action("papers.receive_paper")
def receive_paper(actor: Actor, paper_id: int) -> SignOutcome:
    """Say by one's signature that one has received the paper and what it accompanies; not one's own, once."""
    return sign_paper(actor, paper_id, role=Role.RECEIVED)
