"""`@action`: every write by a person is permitted, atomic and audited (DESIGN §6). `@approved`: and agreed to by a second person.

One name, many places: the action's name is its file, its function, its permission and its audit event.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import hashlib
import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction

from onecard.access.rules import content_digest
from onecard.access.types import Actor, NotPermitted
from onecard.audit.actions.record_event import record_event

P = ParamSpec("P")
R = TypeVar("R")

NOT_PERMITTED = "NOT_PERMITTED"
NOT_APPROVED = "NOT_APPROVED"
SECRET_ARGUMENTS = frozenset(
    {"password", "old", "new", "pin", "secret", "one_time_code", "witness_password", "id_number", "phone", "account_no"}
)
"""Keyword arguments that not even the digest may know: a digest of a short secret can be guessed."""
_registered: dict[str, ActionSpec] = {}


@dataclasses.dataclass(frozen=True, slots=True)
class ApprovalNeed:
    """What a proposal of an action needs in order to be shown and run.

    `title` names the action on screen, `words` its keyword arguments and outcomes; `read_subject` turns the subject's text back
    into what the function takes; `about` is the `room.model` whose page shows the subject. From subject and payload, `shows`
    makes what stands in place of the plain table of the payload, `weighs` what an approver should also see before deciding.
    """

    title: Any
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    read_subject: Callable[[str], Any] = str
    about: str = ""
    shows: Callable[[str, Mapping[str, Any]], object] | None = None
    weighs: Callable[[str, Mapping[str, Any]], object] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ActionSpec:
    """A registered action: `room.verb_noun`, its function, the first line of its docstring, and whether it needs approval.

    `is_general`: which permission it needs follows from its arguments (the steps with proposals).
    """

    name: str
    function: Callable[..., object]
    summary: str
    need: ApprovalNeed | None = None
    is_general: bool = False


def registered_actions() -> dict[str, ActionSpec]:
    """All actions whose modules were imported, by name."""
    return dict(_registered)


def spec_of(name: str) -> ActionSpec:
    """The action of this name, imported from where its name says; KeyError when there is none."""
    if name not in _registered:
        room, _, verb = name.partition(".")
        try:
            importlib.import_module(f"onecard.{room}.actions.{verb}")
        except ModuleNotFoundError as error:
            raise KeyError(name) from error
    return _registered[name]


def action(
    name: str,
    *,
    subject: Callable[[Any], str] = str,
    permission: Callable[..., str] | None = None,
    need: ApprovalNeed | None = None,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """Make a function an action: its first argument is the Actor, the second, if there is one, what it is done to.

    The call needs the permission `name`, or the one that `permission` finds from the arguments (else NotPermitted, and the
    attempt is audited), runs in one transaction and appends its audit event last. `subject` turns the second argument into the
    event's subject. With a `need`, an operator's call also needs an approved proposal of exactly this content.
    """

    def decorate(function: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
        @functools.wraps(function)
        def run(actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> R:
            about = subject(args[0]) if args else ""
            open_arguments = {key: value for key, value in kwargs.items() if key not in SECRET_ARGUMENTS}
            said = functools.partial(audit, actor, name=name, subject=about, payload=(args, open_arguments))
            needed = permission(*args, **kwargs) if permission else name
            if not actor.may(needed):
                said(outcome=NOT_PERMITTED)
                raise NotPermitted(needed)
            if need and not (actor.may_all or actor.is_cleared_for(content_digest(action=name, subject=about, payload=kwargs))):
                said(outcome=NOT_APPROVED)
                raise NotPermitted(f"{name} needs an approved proposal of this content")
            with transaction.atomic():
                result = function(actor, *args, **kwargs)
                said(outcome=outcome_name(result))
            return result

        summary = (function.__doc__ or "").strip().partition("\n")[0]
        _registered[name] = ActionSpec(name, run, summary, need, is_general=permission is not None)
        return run

    return decorate


def approved(
    name: str,
    *,
    title: Any,
    words: Mapping[str, Any] | None = None,
    read_subject: Callable[[str], Any] = str,
    about: str = "",
    shows: Callable[[str, Mapping[str, Any]], object] | None = None,
    weighs: Callable[[str, Mapping[str, Any]], object] | None = None,
) -> Callable[[Callable[Concatenate[Actor, P], R]], Callable[Concatenate[Actor, P], R]]:
    """An `@action` that one person proposes and another approves (DESIGN §6); operators cannot call it, Actor.system can.

    The function is `(actor, subject, *, …)` and its keyword arguments are JSON values: they are the proposal's payload, kept with
    its digest, and exactly what runs when it is approved. Whoever holds the permission `name` proposes it, whoever holds
    `name.approve` approves it. The words are those of ApprovalNeed.
    """
    return action(name, need=ApprovalNeed(title, words or {}, read_subject, about, shows, weighs))


def outcome_name(result: object) -> str:
    """What the audit event says became of it: the enum's name, that of `.outcome`, or DONE."""
    found = getattr(result, "outcome", result)
    return found.name if isinstance(found, enum.Enum) else "DONE"


def is_refusal(result: object) -> bool:
    """Whether the outcome says that nothing was done, because it may not be: outcomes of that kind begin with REFUSED."""
    return outcome_name(result).startswith("REFUSED")


def audit(actor: Actor, *, name: str, subject: str, payload: object, outcome: str) -> None:
    """Append the event; last in its transaction. Of the payload the log keeps the digest of its canonical JSON alone."""
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
