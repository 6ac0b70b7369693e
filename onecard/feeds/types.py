"""Words of the room: what a consumer may be told, outcomes."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class FeedField(models.TextChoices):
    """What a consumer may be told of a person if it needs it; the number always, private particulars never."""

    FULL_NAME = "full_name", _("full name")
    KIND = "kind", _("kind")
    UNIT = "unit", _("unit")
    VALID_UNTIL = "valid_until", _("valid until")
    CARD_NO = "card_no", _("card number")


class FeedOutcome(enum.Enum):
    """What became of a step with a feed, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    COUNT_DIFFERS = "count differs"
    REFUSED_CODE_TAKEN = "code taken"
    REFUSED_UNKNOWN = "unknown consumer or token"
    REFUSED_NUMBER = "no such number"


@dataclasses.dataclass(frozen=True, slots=True)
class Delivered:
    """What a delivery holds: its number, since which number, how many rows to keep and to remove, how many there are in all."""

    outcome: FeedOutcome
    number: int
    since: int
    kept: int
    removed: int
    total: int


@dataclasses.dataclass(frozen=True, slots=True)
class Acknowledged:
    """What became of an acknowledgement: how many the consumer should hold, and says that it does."""

    outcome: FeedOutcome
    expected: int = 0
    held: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A consumer's new token in clear, told once."""

    outcome: FeedOutcome
    token: str


Row = dict[str, Any]
"""One row: `person_no`, `removed` (bool), and the consumer's fields unless it is removed."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a delivery, read as they are taken."""

    outcome: FeedOutcome
    number: int
    fields: tuple[str, ...]
    rows: Iterator[Row]
