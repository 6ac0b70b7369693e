"""Words of the room: how fine and how large an allowance is, and what a terminal is told."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

STEP_FEN = 500
"""Allowances are multiples of it: fewer changes, and less to learn from a stolen terminal."""
CAP_FEN = 5_000
"""No allowance is larger."""
TAKEN_EVERY = timedelta(minutes=10)
"""How old the list may get before it is taken anew."""
MAX_CHANGES = 10_000
"""The most changes that are told at once."""


@dataclasses.dataclass(frozen=True, slots=True)
class AllowanceLag:
    """How far a version of the list is behind the newest one: `changes` came after it; the first that still holds, at `since`."""

    changes: int
    since: datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class AllowanceChanges:
    """What changed after a version up to `to_version`: (card, allowance in fen) put on, or changed, and cards taken off.

    When `has_more`, ask again from `to_version` on. `count` and `checksum` are those of the newest version.
    """

    to_version: int
    listed: list[tuple[int, int]]
    removed: list[int]
    has_more: bool
    count: int
    checksum: int
