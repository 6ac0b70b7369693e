"""Words of the room: a line of money coming in, what a bank's file says and what was found about it, batches of subsidies."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from onecard.ledger.types import PostingOutcome

OWNER_POST = "settlement_clerk"
"""Whose post what is held here belongs to."""


@dataclasses.dataclass(frozen=True, slots=True)
class FundingLine:
    """One person's money in a bank file (圈存) or a subsidy batch: numbered by its source, positive, in fen."""

    source_seq: int
    person_id: int
    amount_fen: int
    occurred_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class FundingCounts:
    """How many lines were posted, were there already, contradicted what is there (held), or name nobody (held)."""

    posted: int = 0
    repeated: int = 0
    conflict: int = 0
    unknown_person: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[PostingOutcome], *, unknown: Sequence[FundingLine]) -> FundingCounts:
        """Count the outcomes of the lines that name somebody, and those that do not."""
        found = list(outcomes)
        return cls(
            posted=found.count(PostingOutcome.POSTED),
            repeated=found.count(PostingOutcome.REPEATED),
            conflict=found.count(PostingOutcome.CONFLICT),
            unknown_person=len(unknown),
        )

    def __add__(self, other: FundingCounts) -> FundingCounts:
        return FundingCounts(
            self.posted + other.posted,
            self.repeated + other.repeated,
            self.conflict + other.conflict,
            self.unknown_person + other.unknown_person,
        )


@dataclasses.dataclass(frozen=True, slots=True)
class BankSays:
    """A line of a bank's file: the bank's reference number, for whom, how much in fen, and when the bank took it."""

    line: int
    reference: int
    person_no: str
    full_name: str
    amount_fen: int
    occurred_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class BankDay:
    """A bank's file that was read whole: the day it is of, its lines in order, and their sum in fen, as its total says."""

    day: date
    lines: tuple[BankSays, ...]
    total_fen: int


class BankProblem(models.TextChoices):
    """Why a bank's file is refused whole, and what to do; nothing of it was booked."""

    SIZE = "size", _("The file is empty, or too big: ask the bank for smaller ones.")
    UNREADABLE = "unreadable", _("The line cannot be read: fetch the file again, and look whether the layout is the right one.")
    NO_COLUMN = "no_column", _("A column is missing: look whether the layout is the right one.")
    NO_HEAD = "no_head", _("The first line is not the head that this layout begins with.")
    NO_TOTAL = "no_total", _("The last line, with number and total, is missing: the file is torn, fetch it again.")
    AFTER_TOTAL = "after_total", _("There are lines after the total: the file was put together wrongly.")
    BAD_REFERENCE = "bad_reference", _("The reference number is not 1 to 18 digits.")
    BAD_PERSON = "bad_person", _("The person's number is empty or too long.")
    BAD_AMOUNT = "bad_amount", _("The amount is none above zero, or too large.")
    BAD_TIME = "bad_time", _("The date or time is none.")
    LATER = "later", _("The line is later than the day of the file.")
    FUTURE = "future", _("The day of the file is still to come: look whether the layout is the right one.")
    TWICE = "twice", _("The reference number stood in an earlier line already.")
    TOO_MANY = "too_many", _("There are too many lines: ask the bank for smaller files.")
    COUNT_DIFFERS = "count_differs", _("The number of lines is not what the total says: lines are missing or doubled.")
    TOTAL_DIFFERS = "total_differs", _("The sum of the lines is not what the total says.")


class BankFileRefused(Exception):
    """A bank's file cannot be used as it is; caught where files are received. `line` counts from 1, 0 is the whole file."""

    def __init__(self, problem: BankProblem, *, line: int = 0, detail: object = "") -> None:
        super().__init__(problem)
        self.problem, self.line, self.detail = problem, line, str(detail)[:200]


class BankFinding(models.TextChoices):
    """对账结果: what a reference number of the bank's means for our books (BUSINESS: Money in)."""

    EQUAL = "equal", _("Equal")
    DIFFERS = "differs", _("Amount differs")
    NOT_BOOKED = "not_booked", _("Not booked here")
    UNKNOWN_AT_BANK = "unknown", _("Unknown at the bank")
    WAITING = "waiting", _("Waiting for the bank")


class LineState(models.TextChoices):
    """What is done, or due, about a line."""

    NOTHING_DUE = "nothing", _("Nothing to do")
    DUE = "due", _("To be booked")
    BOOKED = "booked", _("Booked from this file")
    HELD = "held", _("Held")


class BankFileState(models.TextChoices):
    """A bank's file is compared when it comes; then it is booked, once, or discarded."""

    COMPARED = "compared", _("Waits to be booked")
    BOOKED = "booked", _("Booked and explained")
    DISCARDED = "discarded", _("Discarded")


class BankOutcome(enum.Enum):
    """What became of a step with a bank's file, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_FILE = "the file is not as the layout says"
    REFUSED_STATE = "not at this step"


@dataclasses.dataclass(frozen=True, slots=True)
class BankReceived:
    """What became of a file that was handed in: the file's id, or why it was refused whole."""

    outcome: BankOutcome
    file_id: int | None = None
    refusal: BankFileRefused | None = None


class SettlingOutcome(enum.Enum):
    """What became of settling a held difference with a bank, in order of precedence."""

    BOOKED = "booked under the bank's reference number"
    CORRECTED = "corrected"
    REPEATED = "settled already"
    REFUSED_NOT_THE_BANKS = "not a difference with a bank"
    REFUSED_AMOUNT = "amount out of bounds"
    REFUSED_UNKNOWN_PERSON = "unknown person"
    REFUSED_NOTHING = "the books say just that"
    REFUSED_SPENT = "the money was spent meanwhile"


class GrantForm(models.TextChoices):
    """How a batch's money reaches the people."""

    AT_ONCE = "at_once", _("Granted at once")
    COLLECTED = "collected", _("Collected with the card")


class BatchState(models.TextChoices):
    """A batch is checked; two people grant it; it ends, or was discarded before it was granted."""

    CHECKED = "checked", _("Waits to be granted")
    GRANTED = "granted", _("Granted")
    ENDED = "ended", _("Ended")
    DISCARDED = "discarded", _("Discarded")


class GrantProblem(models.TextChoices):
    """Why a line of a batch is left out, and what to do; in order of precedence."""

    NO_NUMBER = "no_number", _("The person's number is empty, or Excel holds it as a number: format the column as text.")
    UNKNOWN = "unknown", _("Nobody has this number.")
    LEFT = "left", _("The person has left.")
    TWICE = "twice", _("The person stood in an earlier line already.")
    BAD_AMOUNT = "bad_amount", _("The amount is none above zero in yuan.")
    OVER_CAP = "over_cap", _("The amount is above the most that a person gets from one batch.")
    UNREADABLE = "unreadable", _("The line cannot be read.")


class GrantState(models.TextChoices):
    """What has become of one person's part of a batch."""

    LISTED = "listed", _("Listed")
    LEFT_OUT = "left_out", _("Left out")
    UNCLAIMED = "unclaimed", _("Not collected yet")
    GRANTED = "granted", _("In the purse")
    LAPSED = "lapsed", _("Not collected, taken back")
    TAKEN_BACK = "taken_back", _("Unspent part taken back")


class SubsidyOutcome(enum.Enum):
    """What became of a step with subsidies, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_FILE = "the file cannot be read"
    REFUSED_NOBODY = "nobody would get anything"
    REFUSED_TOO_MANY = "too many people"
    REFUSED_NOTHING = "nothing to collect"
    REFUSED_AMOUNT = "amount out of bounds"
    REFUSED_END = "the end date is over"
    REFUSED_STATE = "not at this step"
    REFUSED_CHANGED = "not the batch that was shown"
    REFUSED_STALE = "people changed since it was checked"
    REFUSED_NOT_OVER = "the end date is still to come"
    REFUSED_TAKE_BACK_FIRST = "what is unspent is to be taken back first"
    REFUSED_UNKNOWN_PERSON = "not in this batch"


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a whole batch: how it is granted, its last day, and whether what is unspent then is taken back."""

    form: GrantForm
    ends_on: date | None = None
    takes_back: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Prepared:
    """What became of preparing a batch: its id, or what is wrong with the file."""

    outcome: SubsidyOutcome
    batch_id: int | None = None
    what: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Collected:
    """What a person collected: how many subsidies, and how much in fen."""

    outcome: SubsidyOutcome
    grants: int = 0
    amount_fen: int = 0
