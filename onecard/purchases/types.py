"""Outcomes of purchases (closed enums, DESIGN §5), flags of collected ones and what the caller gets back."""

from __future__ import annotations

import dataclasses
import enum

from django.db import models
from django.utils.translation import gettext_lazy as _


class PurchaseMode(models.IntegerChoices):
    """How the record came: asked online, or collected as a fact afterwards."""

    ONLINE = 1, _("Online")
    COLLECTED = 2, _("Collected")


class Outcome(models.IntegerChoices):
    """What became of a record. Below 10 the number decided, 11-29 answer an online request, 31-35 a collected record; 36 keeps
    the number of a held record that a person wrote off.

    The order inside each group is the order of precedence: the first that applies is the answer (rules.py, tested).
    DECLINED_REVERSED is never judged: a reversal wrote it, and it stands as the first answer to whatever comes under that number.
    """

    REPEATED = 1, _("Repeated")
    CONFLICT = 2, _("Conflict, held")
    APPROVED = 10, _("Approved")
    DECLINED_TERMINAL_DISABLED = 11, _("Declined: terminal disabled")
    DECLINED_UNKNOWN_CARD = 12, _("Declined: unknown card")
    DECLINED_CARD_LOST = 13, _("Declined: card lost")
    DECLINED_CARD_FROZEN = 14, _("Declined: card frozen")
    DECLINED_CARD_EXPIRED = 15, _("Declined: card expired")
    DECLINED_CARD_CLOSED = 16, _("Declined: card closed")
    DECLINED_OUTSIDE_PERIOD = 17, _("Declined: outside opening hours")
    DECLINED_OVER_SINGLE_LIMIT = 18, _("Declined: over the single limit")
    DECLINED_PIN_REQUIRED = 19, _("Declined: PIN required")
    DECLINED_PIN_WRONG = 20, _("Declined: PIN wrong")
    DECLINED_INSUFFICIENT = 21, _("Declined: insufficient balance")
    DECLINED_REVERSED = 22, _("Declined: reversed")
    BOOKED = 30, _("Booked")
    BOOKED_FLAGGED = 31, _("Booked, flagged")
    HELD_BAD_MAC = 32, _("Held: bad MAC")
    HELD_UNKNOWN_CARD = 33, _("Held: unknown card")
    HELD_CONFLICT = 34, _("Held: conflict")
    HELD_INVALID = 35, _("Held: invalid")
    WRITTEN_OFF = 36, _("Held, then written off")

    @property
    def moved_money(self) -> bool:
        """Whether transfers stand behind it."""
        return self in MONEY_MOVED

    @property
    def is_held(self) -> bool:
        """Whether a person has to settle it."""
        return self in HELD


MONEY_MOVED = frozenset({Outcome.APPROVED, Outcome.BOOKED, Outcome.BOOKED_FLAGGED})
HELD = frozenset(
    {
        Outcome.CONFLICT,
        Outcome.HELD_BAD_MAC,
        Outcome.HELD_UNKNOWN_CARD,
        Outcome.HELD_CONFLICT,
        Outcome.HELD_INVALID,
    }
)


class ReversalOutcome(models.IntegerChoices):
    """What became of a reversal (冲正). The order is the order of precedence: the first that applies is the answer (rules.py).

    REPEATED and NOTHING_BOOKED are as good as REVERSED to the terminal: no money of that record stands in the books.
    """

    REPEATED = 1, _("Repeated")
    REFUSED_CONFLICT = 2, _("Refused: other content, held")
    NOTHING_BOOKED = 3, _("Nothing was booked")
    REFUSED_COLLECTED = 4, _("Refused: collected, held")
    REFUSED_TOO_LATE = 5, _("Refused: too late, held")
    REVERSED = 6, _("Reversed")

    @property
    def is_held(self) -> bool:
        """Whether a person has to settle it."""
        return self in REFUSED_REVERSALS


REFUSED_REVERSALS = frozenset(
    {ReversalOutcome.REFUSED_CONFLICT, ReversalOutcome.REFUSED_COLLECTED, ReversalOutcome.REFUSED_TOO_LATE}
)


class Flag(enum.IntFlag):
    """Why a collected purchase deserves a look; kept as a number of bits."""

    OVERDRAWN = 1
    AFTER_LOSS = 2
    """The loss report had taken effect at that terminal: booked to the centre's loss account, not to the holder."""
    CARD_LOST = 4
    """Reported lost, but the report had not yet taken effect at that terminal: the holder's."""
    CARD_FROZEN = 8
    CARD_EXPIRED = 16
    CARD_CLOSED = 32
    CARD_NOT_ACTIVATED = 64


class HeldOutcome(enum.Enum):
    """What became of settling a held record. Refusals stand in order of precedence: the first that applies is the answer."""

    BOOKED = "booked under its own number"
    BOOKED_FLAGGED = "booked under its own number, flagged"
    BOOKED_BEFORE = "the same record was booked meanwhile"
    CORRECTED = "booked as a correction"
    WRITTEN_OFF = "settled without booking"
    REPEATED = "settled before"
    REFUSED_NOT_A_PURCHASE = "not a purchase"
    REFUSED_BAD_MAC = "not as the terminal wrote it"
    REFUSED_AMOUNT = "no such amount"
    REFUSED_MOMENT = "no such moment"
    REFUSED_UNKNOWN_CARD = "no such card"
    REFUSED_NUMBER_TAKEN = "another record has this number"


HELD_WORDS = {
    "BOOKED": _("Booked under its own number."),
    "BOOKED_FLAGGED": _("Booked under its own number, with a flag: look at the purchase."),
    "BOOKED_BEFORE": _("The same record was booked meanwhile; nothing more was booked."),
    "CORRECTED": _("Booked as a correction, since another record has its number."),
    "WRITTEN_OFF": _("Settled without booking."),
    "REPEATED": _("It was settled before. Nothing changed."),
    "REFUSED_NOT_A_PURCHASE": _("This is not a terminal's purchase; it can only be written off."),
    "REFUSED_BAD_MAC": _(
        "The record is not as its terminal wrote it; it can only be booked with corrections, which needs approval."
    ),
    "REFUSED_AMOUNT": _("The amount is out of bounds."),
    "REFUSED_MOMENT": _("The moment is out of bounds."),
    "REFUSED_UNKNOWN_CARD": _("There is no card with this number."),
    "REFUSED_NUMBER_TAKEN": _("Another record has this number; it can be booked as a correction, which needs approval."),
}
"""Outcomes of settling a held record in words, by name."""


class PinCheck(enum.IntEnum):
    """What the caller found about the PIN that came with an online request."""

    NOT_GIVEN = 0
    RIGHT = 1
    WRONG = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """The answer to one record: its outcome and, when REPEATED, the outcome the first time; what the card paid on top, in fen."""

    outcome: Outcome
    first_outcome: Outcome | None
    flags: Flag
    surcharge_fen: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class PurchaseLimits:
    """What the booking functions judge by: policy values. `limits.limits_now` has those in force, here are the defaults.

    `max_reversal_age_s`: how long after the approval a reversal is still taken without a person, in seconds.
    `surcharge_bp`: what a purchase with a temporary card costs on top of its price, in basis points.
    """

    pin_single_fen: int = 2_500
    pin_day_fen: int = 5_000
    max_amount_fen: int = 100_000
    max_age_days: int = 400
    max_ahead_s: int = 600
    max_reversal_age_s: int = 86_400
    surcharge_bp: int = 0
