"""Limit when and from where everybody who holds a post may be logged in (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.set_limit import set_limit
from onecard.access.types import AccessOutcome, Actor, Limits, Post


@action("access.limit_post")
def limit_post(actor: Actor, post: str, *, limits: Limits) -> AccessOutcome:
    """Let these limits count for all holders of the post; empty ones lift them. Refused when they would shut out the actor."""
    return set_limit(actor, limits, post=Post(post))
