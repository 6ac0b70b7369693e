"""Words of the counter: shifts, slips, cash on its way to finance, and what became of what a clerk asked for."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

DENOMINATIONS_FEN = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
"""Notes and coins that a drawer is counted by, in fen: 100 yuan to 1 jiao."""
MOST_PIECES = 100_000
MOST_COUNTS = 3
"""How often a drawer is counted at most; the last count stands."""


class ShiftState(models.TextChoices):
    """A shift takes money while it is open; then its drawer is counted, and a second person closes it."""

    OPEN = "open", _("Open")
    COUNTING = "counting", _("Being counted")
    COUNTED = "counted", _("Counted")
    CLOSED = "closed", _("Shift closed")


class SlipKind(models.TextChoices):
    """凭条: what a clerk booked and gave a receipt for."""

    DEPOSIT = "deposit", _("Deposit")
    WITHDRAWAL = "withdrawal", _("Withdrawal")
    REVERSAL = "reversal", _("Reversal")
    CARD_FEE = "card_fee", _("Card fee")
    CARD_DEPOSIT = "card_deposit", _("Card deposit")
    DEPOSIT_BACK = "deposit_back", _("Card deposit paid back")


CHARGES = frozenset({SlipKind.CARD_FEE, SlipKind.CARD_DEPOSIT, SlipKind.DEPOSIT_BACK})
"""What a card brings into the drawer, or takes out of it, without touching its holder's purse."""


class HandoverState(models.TextChoices):
    """Where a day's cash is on its way to finance (S4.2-S4.4)."""

    ON_THE_WAY = "on_the_way", _("On the way to finance")
    IN_SAFE = "in_safe", _("In the safe")
    RECEIVED = "received", _("Received by finance")


class CounterOutcome(enum.Enum):
    """What became of a clerk's booking, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "booked already"
    REFUSED_KEY_TAKEN = "the form was sent before with another content"
    REFUSED_NO_SHIFT = "no open shift"
    REFUSED_NOT_DUE = "nothing of that kind is due for the card"
    REFUSED_NOT_ALLOWED = "not paid out at this counter"
    REFUSED_PERSON_LEFT = "the person has left"
    REFUSED_AMOUNT = "amount out of bounds"
    REFUSED_NOT_IDENTIFIED = "identity was not checked"
    REFUSED_OUTSIDE_WINDOW = "outside the deposit windows"
    REFUSED_DAY_LIMIT = "above the day's limit"
    REFUSED_NEEDS_SECOND_PERSON = "a second person has to approve"
    REFUSED_ABOVE_CAP = "the purse would hold too much"
    REFUSED_INSUFFICIENT = "the purse holds less"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_NOT_OWN_SHIFT = "booked on another shift"
    REFUSED_IS_REVERSAL = "a reversal is not reversed"
    REFUSED_REVERSED = "reversed already"
    REFUSED_PAID_BACK = "the deposit was paid back"
    REFUSED_TOO_LATE = "too long ago"
    REFUSED_SPENT = "the money was spent meanwhile"
    REFUSED_DRAWER_SHORT = "the drawer holds less"


class ShiftOutcome(enum.Enum):
    """What became of opening, counting or closing a shift, in order of precedence."""

    DONE = "done"
    REPEATED = "so already"
    COUNT_AGAIN = "the drawer differs from the book: count again"
    DIFFERS = "counted; the drawer differs from the book"
    REFUSED_TILL_IN_USE = "another shift is open at this till"
    REFUSED_HAS_SHIFT = "the clerk has an open shift"
    REFUSED_FLOAT_DIFFERS = "the float is not what the book says"
    REFUSED_STATE = "not in this state of the shift"
    REFUSED_NOT_OWN_SHIFT = "another clerk's shift"
    REFUSED_COUNT = "no possible count"
    REFUSED_OWN_SHIFT = "a second person closes"
    REFUSED_ABOVE_TOLERANCE = "the difference needs an approved explanation"
    REFUSED_FLOAT_TOO_HIGH = "the drawer holds less than that float"
    REFUSED_NO_REASON = "no reason given"


class HandoverOutcome(enum.Enum):
    """What became of handing cash over, in order of precedence."""

    DONE = "done"
    REPEATED = "so already"
    REFUSED_NOTHING = "no cash waits"
    REFUSED_STATE = "not in this state of the hand-over"
    REFUSED_BAG = "bag or seal is not named"
    REFUSED_SAME_PERSON = "two people are needed"
    REFUSED_AMOUNT_DIFFERS = "another amount was counted"
    REFUSED_WITNESS_WAITS = "too many wrong passwords of the witness"
    REFUSED_WITNESS = "the witness is not proven"
    REFUSED_SAFE_LIMIT = "the safe would hold too much"


class Witness(enum.Enum):
    """Whether a second person proved to be there by the own password."""

    PROVEN = "proven"
    WRONG = "wrong name or password"
    WAITS = "too many wrong passwords"


@dataclasses.dataclass(frozen=True, slots=True)
class Due:
    """What a card's holder has to pay in cash (or, a deposit, to get back), and did not yet; in fen."""

    card_no: int
    kind: SlipKind
    amount_fen: int


class Late(enum.Enum):
    """Where cash is that finance should have by now."""

    IN_DRAWER = "in a drawer"
    CLOSED_OUT = "taken out of a drawer"
    ON_THE_WAY = "on the way to finance"
    IN_SAFE = "in the safe"


@dataclasses.dataclass(frozen=True, slots=True)
class LateCash:
    """Cash that finance has not signed for in time: where it is, of which shift or hand-over, since when, and when it was due.

    `amount_fen` of a shift that goes on is what the drawer holds above its float by the book.
    """

    where: Late
    pk: int
    amount_fen: int
    since: datetime
    due_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class Booking:
    """A clerk's booking: its outcome, and the slip that stands for it (None when nothing was booked)."""

    outcome: CounterOutcome
    slip_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class ShiftResult:
    """A step of a shift: its outcome and the shift."""

    outcome: ShiftOutcome
    shift_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class HandoverResult:
    """A step of a hand-over: its outcome and the hand-over."""

    outcome: HandoverOutcome
    handover_id: int | None = None
