"""Words of the room: what its reports are made of."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

LOG_IN, LOG_OUT = "access.log_in", "access.log_out"
"""The events that begin and end an operator's use of the system; their subject is the workstation's address."""


@dataclasses.dataclass(frozen=True, slots=True)
class DeedCount:
    """How often an operator did something on a day, and how often it was refused."""

    operator: str
    day: date
    action: str
    times: int
    refused: int


@dataclasses.dataclass(frozen=True, slots=True)
class Use:
    """A line of the software-use register: who, from which workstation, from when until when (None: goes on), what ended it."""

    operator: str
    workstation: str
    since: datetime
    until: datetime | None
    ended: str
    deeds: int
