"""参数: what terminals are told to work by, as values; decoded from and written as JSON."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta, Struct

MINUTES_A_DAY = 1_440
Minute = Annotated[int, Meta(ge=0, lt=MINUTES_A_DAY)]
Fen = Annotated[int, Meta(ge=0, le=100_000_000)]
Name = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


class MealPeriod(Struct, forbid_unknown_fields=True, frozen=True):
    """餐次: minutes after midnight on campus; may cross midnight."""

    name: Name
    starts_at_min: Minute
    ends_at_min: Minute


class Price(Struct, forbid_unknown_fields=True, frozen=True):
    """A dish or ware and its price."""

    code: Name
    name: Name
    price_fen: Annotated[int, Meta(ge=1, le=10_000_000)]


class OfflineLimits(Struct, forbid_unknown_fields=True, frozen=True):
    """脱机限额: what a terminal may sell without the centre. Zero means no limit of that kind.

    `needs_allowance`: only to cards that the centre's list of allowances (脱机额度) names, and no more than it says.
    """

    is_allowed: bool = True
    single_limit_fen: Fen = 2_500
    card_limit_fen: Fen = 5_000
    total_limit_fen: Fen = 3_000_000
    max_records: Annotated[int, Meta(ge=0, le=100_000)] = 36_000
    max_hours: Annotated[int, Meta(ge=0, le=720)] = 72
    needs_allowance: bool = False


class ParameterContent(Struct, forbid_unknown_fields=True, frozen=True):
    """One set of parameters, whole."""

    heartbeat_s: Annotated[int, Meta(ge=1, le=3_600)] = 30
    meal_periods: Annotated[tuple[MealPeriod, ...], Meta(max_length=12)] = ()
    prices: Annotated[tuple[Price, ...], Meta(max_length=500)] = ()
    offline: OfflineLimits = OfflineLimits()
    receipt_text: Annotated[str, Meta(max_length=400, pattern=r"^[^\x00]*$")] = ""


BUILT_IN = ParameterContent()
"""What holds until the centre publishes something: version 0."""


def read_content(raw: object) -> ParameterContent:
    """The content of a stored or proposed set; msgspec.ValidationError says which value is wrong and how."""
    return msgspec.convert(raw, ParameterContent)


def decode_content(stored: str) -> ParameterContent:
    """The content as a raw query gives it: JSON text."""
    return msgspec.json.decode(stored, type=ParameterContent)


def plain_content(content: ParameterContent) -> dict[str, object]:
    """The content as JSON knows it."""
    plain: dict[str, object] = msgspec.to_builtins(content)
    return plain
