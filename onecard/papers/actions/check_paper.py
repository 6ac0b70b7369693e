"""复核: sign a paper as its checker."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.papers.actions.sign_paper import sign_paper
from onecard.papers.types import Role, SignOutcome


@action("papers.check_paper")
def check_paper(actor: Actor, paper_id: int) -> SignOutcome:
    """Say by one's signature that the paper is right; not on one's own paper, once."""
    return sign_paper(actor, paper_id, role=Role.CHECKED)
