"""Words of the room: a terminal's state and the record that it keeps of a purchase."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime, time

from django.db import models
from django.utils.translation import gettext_lazy as _

SEQ_PER_BATCH = 1_000_000_000
"""A ledger source's number of a terminal's record is batch_no * 10^9 + seq: 248 000000017 reads as batch 248, record 17."""
RECORD_KEY_PURPOSE = "terminals.record_key"
"""What record keys are encrypted for."""
SHARED_KEY_PURPOSE = "terminals.shared_key"
"""What keys shared with small controllers are encrypted for."""
MAX_BATCH_NO = 2_000_000_000
MAX_SEQ = SEQ_PER_BATCH - 1
MAX_VALUE = 2**63 - 1
"""No number of a record is larger: bigint columns and the record MAC end here."""


class TerminalState(models.IntegerChoices):
    """Whether the terminal may book online; what it has collected is a fact either way."""

    ENABLED = 1, _("Enabled")
    DISABLED = 2, _("Disabled")


class MoveOutcome(enum.Enum):
    """What became of moving a terminal to another merchant, in order of precedence."""

    DONE = "done"
    REPEATED = "with this merchant already"
    REFUSED_TO_COME = "the moment is still to come"
    REFUSED_BEFORE_LAST_MOVE = "it was moved after that moment"
    REFUSED_SOLD_SINCE = "it has sold something since that moment"


class KeyScheme(models.TextChoices):
    """How a terminal signs: its own Ed25519 key, or a key shared with the centre for small controllers."""

    ED25519 = "ed25519", "Ed25519"
    HMAC_SHA256 = "hmac-sha256", "HMAC-SHA256"


class EnrolmentEnd(models.TextChoices):
    """Why a device acts as the terminal no more."""

    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Replaced by another device")


@dataclasses.dataclass(frozen=True, slots=True)
class TerminalRecord:
    """交易流水: one purchase as the terminal wrote it, identified by (terminal, batch_no 批次号, seq 流水号).

    `blacklist_version` is the version the terminal had loaded at that moment (None: it asks online). The last five fields belong
    to cards with an on-card purse: the card's counter (ATC), the purse balance after, the SAM's id and serial, the TAC.
    `mac` is the record MAC by the terminal's record key (rules.record_mac).
    """

    terminal_id: int
    batch_no: int
    seq: int
    card_no: int
    amount_fen: int
    occurred_at: datetime
    blacklist_version: int | None = None
    card_counter: int | None = None
    purse_after_fen: int | None = None
    sam_id: int | None = None
    sam_seq: int | None = None
    tac: bytes | None = None
    mac: bytes = b""


@dataclasses.dataclass(frozen=True, slots=True)
class Gap:
    """Missing numbers first_seq..last_seq (both included) of one batch."""

    terminal_id: int
    batch_no: int
    first_seq: int
    last_seq: int

    @property
    def count(self) -> int:
        """How many numbers are missing here."""
        return self.last_seq - self.first_seq + 1


@dataclasses.dataclass(frozen=True, slots=True)
class GapPlace:
    """A gap with what people need to settle it. The record after it came `since`; the terminal was asked for it by `asked_by`
    (empty: by itself, with every heartbeat) and said at `not_found_at` that it doesn't have it.
    """

    terminal: str
    merchant_id: int
    merchant: str
    batch_id: int
    gap: Gap
    since: datetime
    asked_by: str
    asked_at: datetime | None
    not_found_at: datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class NewDevice:
    """A device that enrols. `public_key` is None for HMAC-SHA256."""

    scheme: KeyScheme
    public_key: bytes | None
    serial_no: str
    model: str = ""
    firmware: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class TerminalPass:
    """What a good token stands for: the terminal, the session's number, the key that its records are signed with."""

    terminal_id: int
    code: str
    session_no: int
    record_key: bytes
    expires_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class HeartbeatReport:
    """What a terminal says of itself. `allowances_version` is None when it holds no list of them."""

    sent_at: datetime
    batch_no: int
    last_seq: int
    unsent: int
    storage_pct: int
    firmware: str
    blacklist_version: int
    parameters_version: int
    faults: tuple[str, ...] = ()
    allowances_version: int | None = None


class Presence(models.TextChoices):
    """Whether a terminal is in touch with the centre."""

    ONLINE = "online", _("In touch")
    OFFLINE = "offline", _("Out of touch")
    NEVER_HEARD = "never_heard", _("Never heard")
    NO_DEVICE = "no_device", _("No device")


class Alert(models.TextChoices):
    """What somebody should see to at once; the gravest first."""

    CLONE_SUSPECTED = "clone_suspected", _("Cloned?")
    SILENT = "silent", _("Silent")
    FAULT = "fault", _("Fault")
    STORAGE_NEARLY_FULL = "storage_nearly_full", _("Storage nearly full")
    CLOCK_WRONG = "clock_wrong", _("Clock wrong")
    BLACKLIST_BEHIND = "blacklist_behind", _("Blacklist behind")


@dataclasses.dataclass(frozen=True, slots=True)
class AlertLimits:
    """From where on something is an alert.

    `missed_heartbeats` in a row make a terminal offline. Two devices with one terminal's keys end each other's sessions, so
    `sessions_an_hour` of one terminal are suspect; so are `conflicts`: held records that bear the number of another record.
    """

    missed_heartbeats: int = 3
    clock_off_s: int = 60
    storage_pct: int = 90
    blacklist_behind_min: int = 15
    sessions_an_hour: int = 6
    conflicts: int = 3


LIMITS = AlertLimits()


@dataclasses.dataclass(frozen=True, slots=True)
class TerminalFacts:
    """What is known of a terminal at one moment (queries.facts).

    What the device said of itself is as of `heard_at`; None for a moment that never was. `hours` is None when it is always open.
    `heartbeat_s` is that of the parameters it works by; `parameters_due` is the version that holds for it. `blacklist_changes`
    came after the version that it holds, the first of them at `blacklist_since`; `blacklist_cards` are listed and unknown to it.
    A terminal that `needs_allowance` by its parameters holds a list of them too; None for none.
    `missing` numbers at `places`; `held` records wait, of these `conflicts` bear the number of another record; `sessions` were
    opened within the last hour.
    """

    terminal_id: int
    code: str
    name: str
    merchant_id: int
    merchant: str
    is_enabled: bool
    single_limit_fen: int | None
    hours: tuple[time, time] | None
    enrolled_at: datetime | None
    heard_at: datetime | None
    last_record_at: datetime | None
    unsent: int
    storage_pct: int
    clock_offset_us: int
    blacklist_version: int
    blacklist_changes: int
    blacklist_cards: int
    blacklist_since: datetime | None
    needs_allowance: bool
    allowances_version: int | None
    allowances_changes: int
    allowances_since: datetime | None
    parameters_version: int
    parameters_due: int
    heartbeat_s: int
    faults: tuple[str, ...]
    missing: int
    places: int
    held: int
    conflicts: int
    sessions: int


@dataclasses.dataclass(frozen=True, slots=True)
class BoardLine:
    """A terminal on the status board: what is known of it and what follows from that."""

    facts: TerminalFacts
    presence: Presence
    alerts: tuple[Alert, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class BoardCounts:
    """How many terminals there are, with a device, in touch, and with an alert."""

    terminals: int
    enrolled: int
    online: int
    alerting: int


class BoardState(models.TextChoices):
    """What the board can be narrowed to beside presence and single alerts (rules.is_in_state)."""

    ALERTING = "alerting", _("With an alert")
    DISABLED = "disabled", _("Disabled")
    UNSENT = "unsent", _("With unsent records")
    MISSING = "missing", _("With missing numbers")
    HELD = "held", _("With held records")
    PARAMETERS_BEHIND = "parameters_behind", _("Parameters not applied")


@dataclasses.dataclass(frozen=True, slots=True)
class Exposure:
    """风险敞口 of one terminal: what it could still accept on listed cards that it doesn't know (None: nothing bounds it).

    `given_fen` is what its list of allowances gives those cards, at most; None when it needs none.
    """

    line: BoardLine
    card_limit_fen: int
    total_limit_fen: int
    given_fen: int | None
    exposure_fen: int | None
