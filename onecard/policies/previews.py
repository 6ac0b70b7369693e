"""影响预估: what a value would have done to the last term, beside what the value in force did.

A room above this one that owns the events behind a policy has a module `policy_previews` with `PREVIEWS`: by policy's name, a
function that reckons figures for any value (pure reading, set-based, bounded). It is found by its name alone. The figures for the
value in force and for the proposed one come from the same function, so that they can be compared.
"""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
from django.apps import apps
from django.db import OperationalError, transaction
from django.utils.module_loading import module_has_submodule

from onecard.kernel import clock, sql
from onecard.policies.queries import value_of
from onecard.policies.types import Value

TERM_DAYS = 140
"""A term: twenty weeks, up to yesterday."""
MOST_SECONDS = 20
"""A preview is a help to think; it never holds the database up for longer."""


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """The days that are looked at, both included."""

    first: date
    last: date


@dataclasses.dataclass(frozen=True, slots=True)
class Figure:
    """One line: what is counted, in words, and how many; in fen when `is_money`."""

    label: Any
    number: int
    is_money: bool = False


class TakesTooLong(Exception):
    """A preview was given up, so that it doesn't hold the database up."""


Preview = Callable[[Any, Term], list[Figure]]
"""The figures for a value (of the policy's kind) in a term: the same labels in the same order, whatever the value."""


@dataclasses.dataclass(frozen=True, slots=True)
class Effect:
    """The figures for the value in force and for the proposed one, line by line."""

    term: Term
    now: Value
    proposed: Value
    lines: tuple[tuple[Figure, Figure], ...]


def last_term() -> Term:
    """The TERM_DAYS that end yesterday."""
    today = clock.today()
    return Term(today - timedelta(days=TERM_DAYS), today - timedelta(days=1))


def previews() -> dict[str, Preview]:
    """Every preview by the policy's name. ValueError when two rooms claim the same policy."""
    found: dict[str, Preview] = {}
    for of_room in in_rooms("policy_previews", "PREVIEWS"):
        if twice := found.keys() & of_room.keys():
            raise ValueError(f"two rooms preview {sorted(twice)}")
        found |= of_room
    return found


def in_rooms(module: str, name: str) -> list[Any]:
    """What the rooms that have such a module call by that name, in the order of their floors."""
    rooms = [config for config in apps.get_app_configs() if config.name.startswith("onecard.")]
    having = (room for room in rooms if room.module is not None and module_has_submodule(room.module, module))
    return [getattr(importlib.import_module(f"{room.name}.{module}"), name) for room in having]


def effect_of(name: str, value: Value) -> Effect | None:
    """What the value would have done to the last term; None when no room can tell for this policy.

    Raises TakesTooLong when a statement needs more than MOST_SECONDS.
    """
    preview = previews().get(name)
    if preview is None:
        return None
    term, now = last_term(), value_of(name)
    try:
        with transaction.atomic():
            sql.call(f"set local statement_timeout = '{MOST_SECONDS}s'")
            pairs = zip(preview(now, term), preview(value, term), strict=True)
            effect = Effect(term, now, value, tuple(pairs))
            sql.call("set local statement_timeout to default")
    except (psycopg.errors.QueryCanceled, OperationalError) as error:
        raise TakesTooLong(name) from error
    return effect


def has_preview(name: str) -> bool:
    """Whether some room can tell what a value of this policy would have done."""
    return name in previews()
