"""Words of the room: a terminal's state and the record that it keeps of a purchase."""

from __future__ import annotations

import dataclasses
from datetime import datetime

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
    """What a terminal says of itself."""

    sent_at: datetime
    batch_no: int
    last_seq: int
    unsent: int
    storage_pct: int
    firmware: str
    blacklist_version: int
    parameters_version: int
    faults: tuple[str, ...] = ()
