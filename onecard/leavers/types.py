"""Words of the room: states of leavers, outcomes, what keeps a batch waiting."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeaverState(models.IntegerChoices):
    """What has become of a leaver."""

    LISTED = 1, _("Listed")
    FROZEN = 2, _("Frozen")
    NOTHING_DUE = 3, _("Nothing to refund")
    OWING = 4, _("Owing")
    PAYABLE = 5, _("Refund payable")
    PAID = 6, _("Refund paid")
    FAILED = 7, _("Refund failed")
    CLAIMED = 8, _("Claimed and paid")
    UNCLAIMED = 9, _("Among the unclaimed balances")
    WRITTEN_OFF = 10, _("Debt written off")


class ListFinding(models.TextChoices):
    """What a line of a delivered list means for the people that we know. Those of LISTS are listed, the others left out."""

    AGREES = "agrees", _("Has left by the roster too")
    STILL_PRESENT = "still_present", _("Present by the roster, but in the file: is listed")
    NO_NUMBER = "no_number", _("Without a readable number: left out (in Excel the column must be text)")
    UNKNOWN = "unknown", _("Nobody has this number: left out")
    OTHER_NAME = "other_name", _("We know this number under another name: left out")
    TWICE = "twice", _("On an earlier line already: left out")
    BEFORE = "before", _("Was on a list before: left out")


LISTS = frozenset({ListFinding.AGREES, ListFinding.STILL_PRESENT})
MAX_LEAVERS = 5_000
"""As many as one call of the ledger books with two transfers each; a paper takes more."""


@dataclasses.dataclass(frozen=True, slots=True)
class WantedLeaver:
    """A line of a delivered list; an empty number is none, an empty name says nothing."""

    line: int
    person_no: str = ""
    full_name: str = ""


WITHOUT_REFUND = (
    LeaverState.LISTED,
    LeaverState.FROZEN,
    LeaverState.NOTHING_DUE,
    LeaverState.OWING,
    LeaverState.WRITTEN_OFF,
)
"""The states of who has no refund."""
DUE = (LeaverState.PAYABLE, LeaverState.FAILED)
"""The states in which the centre owes the refund: it waits for a bank account or for the next payment, or it came back."""


class UnclaimedState(models.IntegerChoices):
    """What has become of a balance that nobody asked for."""

    NOTICED = 1, _("Notice given")
    STIRRED = 2, _("Moved or claimed in time")
    UNCLAIMED = 3, _("Unclaimed")
    CLAIMED = 4, _("Claimed and paid")


class LeaverOutcome(enum.Enum):
    """What became of a step, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NOBODY = "nobody to list"
    REFUSED_CHANGED = "not the list that was proposed"
    REFUSED_NOT_FROZEN = "not frozen"
    REFUSED_NOT_CANCELLED = "not cancelled"
    REFUSED_NOT_PAID = "not paid"
    REFUSED_NOT_FAILED = "not failed"
    REFUSED_NOT_OWING = "owes nothing"
    REFUSED_NOT_UNCLAIMED = "not among the unclaimed balances"
    REFUSED_NOTHING_DUE = "nothing to pay"
    REFUSED_WAITING = "waiting time"
    REFUSED_NOTICE = "notice runs"
    REFUSED_MISSING_NUMBERS = "missing numbers"
    REFUSED_TOO_LATE = "claim too late"


@dataclasses.dataclass(frozen=True, slots=True)
class Collection:
    """A terminal that leavers of a batch used: how many of its numbers are missing, and when it was heard last."""

    terminal_id: int
    code: str
    missing: int
    last_received_at: datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class Forgotten:
    """A balance that nobody asked for: a dormant cash purse, or (`leaver_id`) a refund that waited too long."""

    person_id: int
    leaver_id: int | None
    amount_fen: int
    last_moved_on: date


@dataclasses.dataclass(frozen=True, slots=True)
class AgeLine:
    """账龄: how many refunds are not paid, and what is unclaimed, that have waited more than `over_days` days and not longer."""

    over_days: int
    refunds: int = 0
    refunds_fen: int = 0
    unclaimed: int = 0
    unclaimed_fen: int = 0
