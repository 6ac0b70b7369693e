"""Limit when and from where an operator may be logged in (clause Y07)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.set_limit import set_limit
from onecard.access.models import Operator
from onecard.access.types import AccessOutcome, Actor, Limits


@action("access.limit_operator")
def limit_operator(actor: Actor, username: str, *, limits: Limits) -> AccessOutcome:
    """Let these limits count for the operator, besides those of the posts held; empty ones lift them.

    Refused when they would end a session of who sets them. `limits.last_day` ends the account's use.
    """
    operator = Operator.objects.get(username=username)
    return set_limit(actor, limits, operator_id=operator.pk)
