"""Publish parameters (参数) for all terminals, a merchant's, or one, from a date on."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.terminals import queries
from onecard.terminals.models import ParameterSet
from onecard.terminals.parameter_texts import proposed
from onecard.terminals.parameters import plain_content, read_content


class ParametersOutcome(enum.Enum):
    """What became of the parameters."""

    DONE = "done"
    REFUSED_SCOPE = "merchant and terminal given, or unknown"
    REFUSED_CONTENT = "a value is out of bounds"


WORDS = {
    "content": _("content"),
    "effective_from": _("effective from"),
    "reason": _("reason"),
    "DONE": _("The parameters are published."),
    "REFUSED_SCOPE": _("The scope is unknown."),
    "REFUSED_CONTENT": _("A value is out of bounds; the parameters stay as they were."),
}


@approved("terminals.publish_parameters", title=_("Publish parameters"), words=WORDS, shows=proposed)
def publish_parameters(
    actor: Actor, scope: str, *, content: Mapping[str, Any], effective_from: str, reason: str
) -> ParametersOutcome:
    """Publish a whole set for `scope`: `all`, `merchant:CODE` or `terminal:CODE`. Older sets stay as history.

    `effective_from` is an ISO moment with its offset. Terminals learn of the set with their next heartbeat after it.
    """
    named = queries.scope_of(scope)
    if named is None:
        return ParametersOutcome.REFUSED_SCOPE
    merchant, terminal = named
    try:
        plain, since = plain_content(read_content(content)), datetime.fromisoformat(effective_from)
    except (msgspec.ValidationError, ValueError):
        return ParametersOutcome.REFUSED_CONTENT
    if since.tzinfo is None:
        return ParametersOutcome.REFUSED_CONTENT
    ParameterSet.objects.create(
        merchant=merchant,
        terminal=terminal,
        effective_from=since,
        content=plain,
        note=reason,
        published_by=actor.name,
    )
    return ParametersOutcome.DONE
