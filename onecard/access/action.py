"""`@action`: every write by a person is permitted, atomic and audited (DESIGN §6).

One name, many places: the action's name is its file, its function, its permission and its audit event.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import hashlib
import json
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction

from onecard.access.types import Actor, NotPermitted
from onecard.audit.actions.record_event import record_event

P = ParamSpec("P")
R = TypeVar("R")

REFUSED = "NOT_PERMITTED"
SECRET_ARGUMENTS = frozenset({"password", "old", "new", "pin"})
"""Keyword arguments that not even the digest may know: a digest of a short secret can be guessed."""
_registered: dict[str, ActionSpec] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class ActionSpec:
    """A registered action: `room.verb_noun`, its function and the first line of its docstring."""

    name: str
    function: Callable[..., object]
    summary: str


def registered_actions() -> dict[str, ActionSpec]:
    """All actions whose modules were imported, by name."""
    return dict(_registered)


def action(
    name: str, *, subject: Callable[[Any], str] = str
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function an action: its first argument is the Actor, the second, if there is one, what it is done to.

    The call needs the permission `name` (else NotPermitted, and the attempt is audited), runs in one transaction and appends its
    audit event last. `subject` turns the second argument into the event's subject.
    """

    def decorate(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            about = subject(args[0]) if args else ""
            open_arguments = {key: value for key, value in kwargs.items() if key not in SECRET_ARGUMENTS}
            audit = functools.partial(_audit, actor, name=name, subject=about, payload=(args, open_arguments))
            if not actor.may(name):
                audit(outcome=REFUSED)
                raise NotPermitted(name)
            with transaction.atomic():
                result = function(actor, *args, **kwargs)
                audit(outcome=outcome_name(result))
            return result

        summary = (function.__doc__ or "").strip().partition("\n")[0]
        _registered[name] = ActionSpec(name, run, summary)
        return run

    return decorate


def outcome_name(result: object) -> str:
    """What the audit event says became of it: the enum's name, that of `.outcome`, or DONE."""
    found = getattr(result, "outcome", result)
    return found.name if isinstance(found, enum.Enum) else "DONE"


def _audit(actor: Actor, *, name: str, subject: str, payload: object, outcome: str) -> None:
    canonical = json.dumps(payload, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    record_event(
        actor_id=actor.operator_id,
        actor_name=actor.name,
        action=name,
        subject=subject,
        payload_digest=hashlib.sha256(canonical.encode()).digest(),
        outcome=outcome,
        request_id=actor.request_id,
    )


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, set | frozenset):
        return sorted(str(member) for member in value)
    return str(value)
