"""Typed reads: the value of a policy in force on a day. `fen("cards.replacement_fee_fen")` is all that another room needs."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, time, timedelta

from django.db.models import Case, F, IntegerField, JSONField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from onecard.kernel import clock, sql
from onecard.policies import rules
from onecard.policies.catalogue import POLICIES
from onecard.policies.models import AdoptedPolicy, PolicyValue
from onecard.policies.types import PolicyKind, Value, Window

_SPANS = {
    PolicyKind.MINUTES: timedelta(minutes=1),
    PolicyKind.HOURS: timedelta(hours=1),
    PolicyKind.DAYS: timedelta(days=1),
}


def values_of(names: Collection[str], *, on: date | None = None) -> dict[str, Value]:
    """The values in force on that day (today on campus without one), by name; one statement. KeyError for an unknown name.

    A policy that this campus has not adopted yet (before `onecard migrate` of the release that brings it) has its default.
    """
    found: dict[str, Value] = {name: POLICIES[name].default for name in names}
    rows = sql.call(sql.text_of("policies", "queries/values_on"), {"day": on or clock.today(), "names": list(names)})
    return found | {name: json.loads(value) for name, value in rows}


def standing_policies() -> QuerySet[AdoptedPolicy]:
    """The adopted policies that the catalogue has, in its order, each with what is in force today and what comes next.

    `value_now`, `since` and `set_by` belong to the latest value that has begun (the latter two are None while the initial one is
    in force), `next_value` and `next_from` to the first that has not.
    """
    its_own = PolicyValue.objects.filter(policy=OuterRef("pk"), withdrawn_on=None)
    latest = its_own.filter(effective_from__lte=clock.today()).order_by("-effective_from", "-pk")[:1]
    coming = its_own.filter(effective_from__gt=clock.today()).order_by("effective_from", "-pk")[:1]
    order = Case(*(When(name=name, then=position) for position, name in enumerate(POLICIES)), output_field=IntegerField())
    return (
        AdoptedPolicy.objects.filter(name__in=POLICIES)
        .annotate(
            value_now=Coalesce(Subquery(latest.values("value")), F("initial"), output_field=JSONField()),
            since=Subquery(latest.values("effective_from")),
            set_by=Subquery(latest.values("set_by")),
            next_value=Subquery(coming.values("value")),
            next_from=Subquery(coming.values("effective_from")),
            position=order,
        )
        .order_by("position")
    )


def begun_today() -> set[str]:
    """The policies of which a value began today."""
    begun = PolicyValue.objects.filter(withdrawn_on=None, effective_from=clock.today())
    return set(begun.values_list("policy_id", flat=True))


def numbers_of(names: Collection[str], *, on: date | None = None) -> dict[str, int]:
    """The same for policies whose values are numbers, each in its own unit. TypeError names one whose value is none."""
    return {name: _as_number(name, value) for name, value in values_of(names, on=on).items()}


def value_of(name: str, *, on: date | None = None) -> Value:
    """The value in force on that day (today on campus without one). KeyError for an unknown name."""
    return values_of([name], on=on)[name]


def fen(name: str, *, on: date | None = None) -> int:
    """An amount in fen."""
    return _number(name, PolicyKind.FEN, on=on)


def basis_points(name: str, *, on: date | None = None) -> int:
    """A rate in basis points."""
    return _number(name, PolicyKind.BASIS_POINTS, on=on)


def count(name: str, *, on: date | None = None) -> int:
    """A number of things."""
    return _number(name, PolicyKind.COUNT, on=on)


def days(name: str, *, on: date | None = None) -> int:
    """A number of days, to reckon with dates; `span` to reckon with moments."""
    return _number(name, PolicyKind.DAYS, on=on)


def years(name: str, *, on: date | None = None) -> int:
    """A number of years, to reckon with dates."""
    return _number(name, PolicyKind.YEARS, on=on)


def span(name: str, *, on: date | None = None) -> timedelta:
    """How long: of a policy in minutes, hours or days."""
    kind = POLICIES[name].kind
    if kind not in _SPANS:
        raise TypeError(f"{name} is a policy in {kind.value}")
    return _number(name, kind, on=on) * _SPANS[kind]


def flag(name: str, *, on: date | None = None) -> bool:
    """Yes or no."""
    return bool(_checked(name, PolicyKind.FLAG, on=on))


def choice(name: str, *, on: date | None = None) -> str:
    """Which of the policy's choices."""
    return str(_checked(name, PolicyKind.CHOICE, on=on))


def time_of_day(name: str, *, on: date | None = None) -> time:
    """A time of day on campus."""
    return time.fromisoformat(str(_checked(name, PolicyKind.TIME, on=on)))


def month_day(name: str, *, on: date | None = None) -> tuple[int, int]:
    """A day that comes every year, as (month, day)."""
    return rules.month_day(str(_checked(name, PolicyKind.MONTH_DAY, on=on)))


def windows(name: str, *, on: date | None = None) -> tuple[Window, ...]:
    """When something is open; `rules.is_open` tells whether it is at some moment."""
    found = _checked(name, PolicyKind.WINDOWS, on=on)
    return tuple(rules.window(text) for text in found) if isinstance(found, list) else ()


def _number(name: str, kind: PolicyKind, *, on: date | None) -> int:
    return _as_number(name, _checked(name, kind, on=on))


def _as_number(name: str, value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} is {value!r}, which is no number")
    return value


def _checked(name: str, kind: PolicyKind, *, on: date | None) -> Value:
    if POLICIES[name].kind is not kind:
        raise TypeError(f"{name} is a policy in {POLICIES[name].kind.value}, not in {kind.value}")
    return value_of(name, on=on)
