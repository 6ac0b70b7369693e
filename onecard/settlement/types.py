"""Words of the room: parts and states of a statement, payments, corrections that merchants ask for, outcomes."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from onecard.merchants.types import RateLine

FEES_SOURCE = "merchants' fees"
"""The job that books management fees; it numbers them by statement."""
PAYMENTS_SOURCE = "merchants' payments"
"""The job that books payments to merchants; it numbers them by payment, and under minus that number what the bank sent back."""
CORRECTIONS_SOURCE = "merchants' corrections"
"""The job that books what a merchant asked to be corrected; it numbers them by request."""


class Part(models.IntegerChoices):
    """What moved a merchant's account; settlement's own fees and payments are no part of any day's takings."""

    SALE = 1, _("Sales")
    REVERSAL = 2, _("Reversals")
    CORRECTION = 3, _("Corrections")


class StatementState(models.IntegerChoices):
    """How far a statement is. CARRIED: approved, and nothing is to be paid; what the merchant owes opens the next statement."""

    BUILT = 1, _("Built")
    CHECKED = 2, _("Checked")
    CONFIRMED = 3, _("Confirmed by the merchant")
    APPROVED = 4, _("Approved, to be paid")
    HANDED_OVER = 5, _("Handed to finance")
    PAID = 6, _("Paid")
    FAILED = 7, _("Payment failed")
    CARRIED = 8, _("Approved, nothing to pay")


class PaymentState(models.IntegerChoices):
    """What has become of a payment that finance was given."""

    HANDED_OVER = 1, _("Handed to finance")
    PAID = 2, _("Paid")
    FAILED = 3, _("Failed")


class CorrectionState(models.IntegerChoices):
    """What has become of a merchant's request."""

    ASKED = 1, _("Asked")
    BOOKED = 2, _("Booked")
    REJECTED = 3, _("Rejected")


class Step(enum.Enum):
    """A step in a statement's life."""

    CHECK = "check"
    CONFIRM = "confirm"
    APPROVE = "approve"
    HAND_OVER = "hand over"
    PAY = "pay"
    FAIL = "fail"
    PAY_AGAIN = "pay again"


class StatementOutcome(enum.Enum):
    """What became of a step, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "done before"
    REFUSED_NOT_YOURS = "another merchant's"
    REFUSED_STATE = "a step before it is missing"
    REFUSED_SAME_PERSON = "who did a step before it"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_CHANGED = "other content than was approved"
    REFUSED_NO_ACCOUNT = "no bank account is adopted"
    REFUSED_NOTHING = "there is nothing to pay"


class BuildOutcome(enum.Enum):
    """What became of building a statement, in order of precedence."""

    DONE = "done"
    REPEATED = "built before"
    REFUSED_NO_CONTRACT = "the merchant has no contract"
    REFUSED_PERIOD = "not the end of the merchant's next period"
    REFUSED_DAYS_OPEN = "a day of the period is not closed"


class CorrectionOutcome(enum.Enum):
    """What became of a request for a correction, in order of precedence."""

    DONE = "done"
    REPEATED = "done before"
    REFUSED_NOT_YOURS = "another merchant's"
    REFUSED_UNKNOWN = "no such sale"
    REFUSED_AMOUNT = "no such amount"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_ASKED = "asked before"
    REFUSED_TOO_SOON = "the terminal may still reverse it"
    REFUSED_REVERSED = "reversed already"
    REFUSED_DECIDED = "decided already"


@dataclasses.dataclass(frozen=True, slots=True)
class MealSpan:
    """餐次: minutes after midnight on campus; one that ends before it starts crosses midnight and belongs to the day it began."""

    name: str
    starts_at_min: int
    ends_at_min: int


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What a statement is reckoned by, kept with it: all rates, the meals, the campus's time zone."""

    rates: tuple[RateLine, ...]
    meals: tuple[MealSpan, ...] = ()
    zone: str = "Asia/Shanghai"


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class StatementLine:
    """The transfers of one day, terminal, meal, part and rate: how many, and what they added to what the merchant is owed.

    `day` is when it occurred; a meal across midnight belongs to the day on which it began. `rate_from` names the rate.
    """

    day: date
    source_id: int
    meal: str
    part: Part
    rate_from: date
    transfers: int
    amount_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class FeePart:
    """The fee on the net sales that occurred under one rate."""

    rate: RateLine
    net_fen: int
    fee_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class Figures:
    """What a statement comes to. Reversals and corrections carry their sign; `due_fen` is what it pays, the rest is carried."""

    opening_fen: int
    sales_fen: int
    reversals_fen: int
    corrections_fen: int
    fee_fen: int

    @property
    def net_fen(self) -> int:
        """What the fee is on."""
        return self.sales_fen + self.reversals_fen + self.corrections_fen

    @property
    def payable_fen(self) -> int:
        """What the merchant is owed at the end."""
        return self.opening_fen + self.net_fen - self.fee_fen

    @property
    def due_fen(self) -> int:
        """What is to be paid: nothing when the merchant owes."""
        return max(self.payable_fen, 0)

    @property
    def closing_fen(self) -> int:
        """What opens the next statement: zero, or what the merchant owes."""
        return self.payable_fen - self.due_fen


@dataclasses.dataclass(frozen=True, slots=True)
class Draft:
    """A statement as the ledger and the terms say it."""

    lines: tuple[StatementLine, ...]
    fee_parts: tuple[FeePart, ...]
    figures: Figures


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """A merchant's next settlement period, and whether all its days are closed."""

    first_day: date
    last_day: date
    is_closed: bool


@dataclasses.dataclass(frozen=True, slots=True)
class Narrowing:
    """Which of a statement's transfers: those of a day, a source, a meal (empty: outside of all meals). None narrows nothing."""

    day: date | None = None
    source_id: int | None = None
    meal: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class SettledTransfer:
    """A transfer of a statement; `amount_fen` is what it added to what the merchant is owed."""

    transfer_id: int
    source: str
    source_seq: int
    kind: int
    occurred_at: datetime
    business_date: date
    amount_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class SummedRow:
    """A statement's lines summed by a key: a day, a source's id, a meal."""

    key: Any
    transfers: int
    sales_fen: int
    reversals_fen: int
    corrections_fen: int

    @property
    def net_fen(self) -> int:
        """What they added to what the merchant is owed."""
        return self.sales_fen + self.reversals_fen + self.corrections_fen


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """What became of building, and the statement."""

    outcome: BuildOutcome
    statement_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class MadeFile:
    """What became of making a payment file, and the file."""

    outcome: StatementOutcome
    file_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """Where a statement is not what the ledger says: which one, which figure, what is kept, what was found."""

    statement: str
    figure: str
    kept: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.statement}: {self.figure} is kept as {self.kept}, the ledger says {self.found}"


STATEMENT_WORDS: Mapping[str, Any] = {
    "DONE": _("Done."),
    "REPEATED": _("It is so already. Nothing changed."),
    "REFUSED_NOT_YOURS": _("This statement is another merchant's, or only its head may do this."),
    "REFUSED_STATE": _("A step before it is missing, or it has gone on already."),
    "REFUSED_SAME_PERSON": _("Somebody else does this step: not who did one before it."),
    "REFUSED_NO_REASON": _("Say why."),
    "REFUSED_CHANGED": _("The amount is another than was approved."),
    "REFUSED_NO_ACCOUNT": _("The merchant has no bank account that two people agreed on."),
    "REFUSED_NOTHING": _("There is nothing to pay."),
}
"""Outcomes in words, by name."""
BUILD_WORDS: Mapping[BuildOutcome, Any] = {
    BuildOutcome.DONE: _("The statement is built. A colleague checks it next."),
    BuildOutcome.REPEATED: _("It was built before. Nothing changed."),
    BuildOutcome.REFUSED_NO_CONTRACT: _("Enter the merchant's contract first: it says the fee and the settlement cycle."),
    BuildOutcome.REFUSED_PERIOD: _("This day is not in the merchant's next settlement period."),
    BuildOutcome.REFUSED_DAYS_OPEN: _("Business days of this period are still open. Close them first."),
}
CORRECTION_WORDS: Mapping[CorrectionOutcome, Any] = {
    CorrectionOutcome.REPEATED: _("It is so already. Nothing changed."),
    CorrectionOutcome.REFUSED_NOT_YOURS: _("This sale is another merchant's."),
    CorrectionOutcome.REFUSED_UNKNOWN: _("There is no such sale."),
    CorrectionOutcome.REFUSED_AMOUNT: _("At most what was sold can be given back."),
    CorrectionOutcome.REFUSED_NO_REASON: _("Say why."),
    CorrectionOutcome.REFUSED_ASKED: _("A correction of this sale was asked for already."),
    CorrectionOutcome.REFUSED_TOO_SOON: _("The terminal itself may still reverse this sale; ask again later."),
    CorrectionOutcome.REFUSED_REVERSED: _("This sale was reversed already."),
    CorrectionOutcome.REFUSED_DECIDED: _("It was decided otherwise already."),
}
