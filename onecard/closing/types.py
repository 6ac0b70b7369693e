"""Words of the room: what came of a close, what a check found, what verification says."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date
from typing import Any


class CloseOutcome(enum.Enum):
    """What became of a close, in order of precedence."""

    DONE = "done"
    REPEATED = "the day was closed already"
    REFUSED_NOT_OPEN = "the day is not the open one"
    REFUSED_NEXT_DATE = "the next date is not after the day"
    CHECK_FAILED = "a check failed"


class OpenOutcome(enum.Enum):
    """What became of opening the first day."""

    DONE = "done"
    REFUSED_DAY_EXISTS = "a business day was opened before"


class Check(enum.Enum):
    """The checks of a close, in the order they run; the value is the name of the query in sql/queries."""

    DAY_IS_WHOLE = "day_is_whole"
    TRIAL_BALANCE_IS_ZERO = "trial_balance_is_zero"
    BALANCES_FOLLOW_TRANSFERS = "balances_follow_transfers"
    PURSES_EQUAL_PAYABLE = "purses_equal_payable"


@dataclasses.dataclass(frozen=True, slots=True)
class Failure:
    """A check that failed, with the rows that offend by column name; `more` when there are others than those named."""

    check: Check
    rows: tuple[dict[str, Any], ...]
    more: bool = False

    def __str__(self) -> str:
        named = "; ".join(", ".join(f"{name}={value}" for name, value in row.items()) for row in self.rows)
        return f"{self.check.name}: {named}{'; …' if self.more else ''}"


@dataclasses.dataclass(frozen=True, slots=True)
class CloseResult:
    """The outcome of a close, with the sealed day and its report's number, or with the checks that failed."""

    outcome: CloseOutcome
    day: date | None = None
    next_day: date | None = None
    report_no: str = ""
    root: str = ""
    failures: tuple[Failure, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class SealText:
    """What a seal says; its canonical text (seals.py) is hashed and signed. Hashes are lower-case hex."""

    business_date: date
    transfers: int
    sum_fen: int
    first_id: int | None
    last_id: int | None
    root: str
    previous_hash: str
    report_no: str
    report_digest: str
    public_key_id: str
    sealed_at: str


class Fault(enum.Enum):
    """What verification can find."""

    ROOT = "the transfers are not those that were sealed"
    COUNT = "the number of transfers is not the sealed one"
    TEXT = "the seal's text does not say what its columns say"
    HASH = "the seal's hash is not that of its text"
    SIGNATURE = "the seal's signature is not valid"
    KEY = "the seal's public key is not known or not the one its id names"
    CHAIN = "the seal does not follow the one of the day before"
    REPORT = "the day report is not the one that was sealed"
    DAY = "the closed day has no seal or another range"
    STRAY = "transfers lie outside every sealed day and the open one"
    BALANCE = "balances are not the sums of the transfers"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `day` is None when it is not about one day."""

    fault: Fault
    day: date | None
    detail: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Verification:
    """What verification read and what it found; sound when it found nothing."""

    days: int
    transfers: int
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings
