"""Words of the ledger: subjects, kinds of transfer, entries to post and what became of them."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

SHARED_ACCOUNT_BASE = 1 << 40
"""Accounts that many cards meet on (merchants, tills, the bank) have ids above this, personal purses below it. Locks are taken
in id order, so the hot rows come last and are held for the shortest time."""


class Subject(models.IntegerChoices):
    """科目. The thousands say the normal side: 1 assets and 5 losses are debit, 2 liabilities and 4 income credit subjects."""

    TILL_CASH = 1001, _("Cash in tills")
    SAFE_CASH = 1002, _("Cash in the safe")
    CASH_TO_FINANCE = 1003, _("Cash on the way to finance")
    BANK_CLEARING = 1010, _("Bank clearing")
    SUBSIDY_RECEIVABLE = 1101, _("Subsidy funding receivable")
    CASH_PURSE = 2001, _("Cash purses")
    SUBSIDY_PURSE = 2002, _("Subsidy purses")
    CARD_PURSE = 2003, _("On-card purses")
    MERCHANT_PAYABLE = 2101, _("Merchants payable")
    REFUNDS_PAYABLE = 2201, _("Leavers' refunds payable")
    CARD_DEPOSITS = 2301, _("Card deposits")
    UNCLAIMED = 2401, _("Unclaimed balances")
    MANAGEMENT_FEES = 4001, _("Management fees")
    CARD_FEES = 4002, _("Card fees")
    WRITE_OFFS = 5001, _("Write-offs")
    CASH_OVER_SHORT = 5002, _("Cash over and short")
    LOST_CARD_LOSSES = 5003, _("Losses on lost cards")

    @property
    def normal_side(self) -> int:
        """+1 where debits raise the balance, -1 where credits do."""
        return 1 if self.value // 1000 in (1, 5) else -1

    @property
    def is_personal(self) -> bool:
        """Whether accounts of this subject belong to one card holder each."""
        return self in PURSES


PURSES = frozenset({Subject.CASH_PURSE, Subject.SUBSIDY_PURSE, Subject.CARD_PURSE})


class TransferKind(models.IntegerChoices):
    """What kind of event a transfer books."""

    PURCHASE = 1, _("Purchase")
    BANK_TRANSFER = 2, _("Bank transfer")
    CASH_DEPOSIT = 3, _("Cash deposit")
    SUBSIDY_GRANT = 4, _("Subsidy grant")
    SUBSIDY_RECOVERY = 5, _("Subsidy taken back")
    WITHDRAWAL = 6, _("Withdrawal")
    CARD_FEE = 7, _("Card fee")
    CARD_DEPOSIT = 8, _("Card deposit")
    REVERSAL = 9, _("Reversal")
    CORRECTION = 10, _("Correction")
    SETTLEMENT = 11, _("Settlement")
    CASH_MOVEMENT = 12, _("Cash movement")
    LEAVER_REFUND = 13, _("Leaver's refund")
    UNCLAIMED = 14, _("Unclaimed balance")
    SURCHARGE = 15, _("Surcharge on a temporary card")


class SourceKind(models.TextChoices):
    """Where transfers come from."""

    TERMINAL = "terminal", _("Terminal")
    TILL = "till", _("Till")
    JOB = "job", _("Job")


class SettledAs(models.TextChoices):
    """How a person settled a held record."""

    BOOKED = "booked", _("Booked under its own number")
    CORRECTED = "corrected", _("Booked as a correction")
    WRITTEN_OFF = "written_off", _("Written off without booking")


HELD_RECORDS_SOURCE = "held records"
"""The job that books held records whose own number is taken; it numbers its transfers by the held record's id."""


class DayState(models.TextChoices):
    """A business day is open once, then closed for good."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class PostingOutcome(enum.IntEnum):
    """What became of an entry; a source's number decides (DESIGN §4.4)."""

    POSTED = 1
    REPEATED = 2
    CONFLICT = 3


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One transfer to post: debit one account, credit another by `amount_fen`; `leg` counts from 1 within an event."""

    source_id: int
    source_seq: int
    kind: TransferKind
    debit_account_id: int
    credit_account_id: int
    amount_fen: int
    occurred_at: datetime
    leg: int = 1
    reverses_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SubjectBalance:
    """A line of the trial balance: opening + debits and credits of the day give the closing balance, on the normal side."""

    subject: Subject
    opening_fen: int
    debits_fen: int
    credits_fen: int
    closing_fen: int
