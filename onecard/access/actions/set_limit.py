"""Write a log-in limit, and what setting one for an operator and for a post share."""

from __future__ import annotations

import dataclasses
from ipaddress import ip_address
from typing import Any

from onecard.access import queries
from onecard.access.models import Limit
from onecard.access.types import AccessOutcome, Actor, Limits, Post
from onecard.kernel import clock


def set_limit(actor: Actor, limits: Limits, *, operator_id: int | None = None, post: Post | None = None) -> AccessOutcome:
    """Keep the limit in place of an earlier one, none for one that limits nothing. Sessions outside end with their next request.

    Refused when it would end a session of who sets it.
    """
    who: dict[str, Any] = {"operator_id": operator_id, "post": post}
    kept = Limit.objects.select_for_update().filter(**who).first()
    if (queries.read_limits(kept) if kept else Limits()) == limits:
        return AccessOutcome.REPEATED
    if limits == Limits():
        Limit.objects.filter(**who).delete()
        return AccessOutcome.DONE
    if _is_about(actor, operator_id=operator_id, post=post) and _shuts_out(actor, limits):
        return AccessOutcome.REFUSED_SHUTS_OUT_SELF
    columns = {
        **dataclasses.asdict(limits),
        "weekdays": sorted(limits.weekdays),
        "networks": [str(network) for network in limits.networks],
    }
    Limit.objects.update_or_create(**who, defaults={**columns, "set_by": actor.name, "set_at": clock.now()})
    return AccessOutcome.DONE


def _is_about(actor: Actor, *, operator_id: int | None, post: Post | None) -> bool:
    """Whether the limit would count for who sets it."""
    if actor.operator_id is None:
        return False
    return actor.operator_id == operator_id or actor.operator_id in queries.holders_of(post)


def _shuts_out(actor: Actor, limits: Limits) -> bool:
    places = [session.address for session in queries.open_sessions(actor.operator_id or 0)]
    addresses = [ip_address(place) if place else None for place in places] or [None]
    return any(queries.limits_forbid([limits], address=address) is not None for address in addresses)
