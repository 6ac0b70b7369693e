"""Words of the room: settlement cycles, terms of a contract, outcomes."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_OF_A_RATE_BP = 3_000
"""No merchant pays a larger fee than 30 %."""
MOST_OF_A_MINIMUM_FEN = 100_000_000


class Cycle(models.TextChoices):
    """结算周期: how often a merchant is settled. The names are those of the policy `settlement.cycle`."""

    DAY = "day", _("Daily")
    WEEK = "week", _("Weekly")
    HALF_MONTH = "half_month", _("Twice a month")
    MONTH = "month", _("Monthly")


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class RateLine:
    """费率: what the centre takes of sales that occurred on that day or later, until the next line; fee at least the minimum."""

    from_day: date
    fee_rate_bp: int
    minimum_fee_fen: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Seller:
    """A merchant as sums name it: its code and name, and those of the income unit that it is placed in; blank in none."""

    code: str
    name: str
    unit_code: str = ""
    unit_name: str = ""


NOBODY = Seller("", "")
"""Whose an account is that no merchant has."""


class MerchantOutcome(enum.Enum):
    """What became of a registration, or of a change of what is known of a merchant."""

    DONE = "done"
    REPEATED = "so already"
    REFUSED_CODE_TAKEN = "code taken"


class ContractOutcome(enum.Enum):
    """What became of a step with a contract, its rates or a bank account; the first that applies is the answer."""

    DONE = "done"
    REPEATED = "so already"
    REFUSED_UNKNOWN = "no such merchant, contract or account"
    REFUSED_TERMS = "the terms are out of bounds"
    REFUSED_DATES = "the end is before the beginning"
    REFUSED_OVERLAPS = "another contract of this merchant covers some of these days"
    REFUSED_TOO_LATE = "the day is settled"
    REFUSED_OUTSIDE = "the day lies outside the contract"
    REFUSED_REPLACED = "a newer account was entered meanwhile"
    REFUSED_NO_REASON = "no reason given"


CONTRACT_WORDS = {
    "DONE": _("Done."),
    "REPEATED": _("It is so already. Nothing changed."),
    "REFUSED_UNKNOWN": _("There is no such merchant, contract or bank account."),
    "REFUSED_TERMS": _("The rate must be 0 to 3,000 basis points, the minimum fee 0 to 1,000,000.00 yuan, the number not empty."),
    "REFUSED_DATES": _("The contract cannot end before it begins."),
    "REFUSED_OVERLAPS": _("Another contract of this merchant covers some of these days. End it first."),
    "REFUSED_TOO_LATE": _("The merchant is settled up to that day or a later one: what is settled does not change."),
    "REFUSED_OUTSIDE": _("The day lies outside the contract's period."),
    "REFUSED_REPLACED": _("A newer bank account was entered meanwhile."),
    "REFUSED_NO_REASON": _("Say why."),
}
"""Outcomes in words, by name."""


class StaffOutcome(enum.Enum):
    """What became of naming, inviting or disabling somebody who acts for a merchant, in order of precedence."""

    DONE = "done"
    REPEATED = "so already"
    REFUSED_NOT_HEAD = "only a merchant's head may, for its own people"
    REFUSED_POST = "no active account with the post merchant alone"
    REFUSED_ACTS_ALREADY = "acts for a merchant already"
    REFUSED_NAME_TAKEN = "name taken"
    REFUSED_TOO_MANY = "too many people"


STAFF_WORDS = {
    StaffOutcome.DONE: _("Done."),
    StaffOutcome.REPEATED: _("It is so already. Nothing changed."),
    StaffOutcome.REFUSED_NOT_HEAD: _("Only a merchant's head may do this, for its own people and not for itself."),
    StaffOutcome.REFUSED_POST: _("This is no active account that holds the post merchant and no other."),
    StaffOutcome.REFUSED_ACTS_ALREADY: _("This person acts for a merchant already."),
    StaffOutcome.REFUSED_NAME_TAKEN: _("This operator number is taken."),
    StaffOutcome.REFUSED_TOO_MANY: _("At most 50 people act for one merchant."),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Invited:
    """What became of an invitation; the one-time password is told this once."""

    outcome: StaffOutcome
    password: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Revealed:
    """A bank account's number in full, for who may see it; empty when refused."""

    outcome: ContractOutcome
    account_no: str = ""
