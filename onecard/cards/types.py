"""Words of the room: kinds and states of cards, outcomes of what is done to them."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class CardKind(models.TextChoices):
    """卡类 (BUSINESS: Cards and people)."""

    FORMAL = "formal", _("Formal")
    TEMPORARY = "temporary", _("Temporary")
    FAMILY = "family", _("Family")
    MERCHANT_STAFF = "merchant_staff", _("Merchant staff")
    TEST = "test", _("Test")


class CardState(models.IntegerChoices):
    """卡状态. Numbers, because the posting functions judge by them; only ACTIVE cards buy online."""

    ISSUED = 1, _("Issued")
    ACTIVE = 2, _("Active")
    LOST = 3, _("Lost")
    FROZEN = 4, _("Frozen")
    CANCELLED = 5, _("Cancelled")


class Medium(models.IntegerChoices):
    """Where the plastic is: made and in stock, with its holder, taken back, or destroyed. What it may buy is `CardState`'s."""

    MADE = 1, _("Made, in stock")
    HELD = 2, _("With its holder")
    RETURNED = 3, _("Taken back")
    SCRAPPED = 4, _("Scrapped")


class CardStage(models.TextChoices):
    """The stage of a card's life: state, medium and expiry in one word (rules.stage_of). The life-cycle table goes by it."""

    MADE = "made", _("Made")
    ISSUED = "issued", _("Issued")
    ACTIVE = "active", _("Active")
    LOST = "lost", _("Lost")
    FROZEN = "frozen", _("Frozen")
    EXPIRED = "expired", _("Expired")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")
    SCRAPPED = "scrapped", _("Scrapped")


class Step(models.TextChoices):
    """What can happen to a card; each is the action of the same name. `make` is the check of a freshly made card."""

    MAKE = "make", _("Made")
    ISSUE = "issue_card", _("Issue a card")
    HAND_OUT = "hand_out_card", _("Hand out")
    ACTIVATE = "activate_card", _("Activate")
    REPORT_LOSS = "report_loss", _("Report loss")
    WITHDRAW_LOSS = "withdraw_loss_report", _("Withdraw loss report")
    FREEZE = "freeze_card", _("Freeze")
    UNFREEZE = "unfreeze_card", _("Unfreeze")
    REPLACE = "replace_card", _("Replace")
    EXTEND = "extend_card", _("Extend")
    RETURN = "return_card", _("Take back")
    SCRAP = "scrap_card", _("Scrap")
    CANCEL = "cancel_card", _("Cancel card")


class PaidBy(models.TextChoices):
    """How a fee or deposit is paid: from the holder's cash purse, at once, or in cash, which the counter books."""

    PURSE = "purse", _("From the cash purse")
    COUNTER = "counter", _("In cash at the counter")


LISTED_STATES = frozenset({CardState.LOST, CardState.FROZEN, CardState.CANCELLED})
"""The states in which a card is on the blacklist (黑名单), which terminals hold to refuse cards while they are offline."""
MAX_CHANGES = 10_000
"""The most changes that one delta walks: at most 80 kB of card numbers, whatever happened since."""
MAX_PAGE = 10_000
"""The most card numbers in one page of the full list."""
MAX_LISTED = 1_000_000
"""How long the list may get: 8 MB of card numbers at a terminal, a hundred pages.

A cancelled card stays listed for good, so the list grows by the cards that end: of 50,000 holders about 12,000 leave and 3,000
replace a card in a year, 150,000 cards in ten years. The log grows by two or three changes a card. No loss report is ever refused
for the list's length: invariant B4 reports it, and then numbers that no card bears any more have to be taken off.
"""


class CardOutcome(enum.Enum):
    """What became of an action on a card, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_SCRAPPED = "scrapped"
    REFUSED_CANCELLED = "cancelled"
    REFUSED_NOT_MADE = "not made in advance"
    REFUSED_NOT_ISSUED = "not issued"
    REFUSED_NOT_ACTIVE = "not active"
    REFUSED_NOT_LOST = "not lost"
    REFUSED_NOT_FROZEN = "not frozen"
    REFUSED_NOT_RETURNED = "not returned"
    REFUSED_LOST = "lost"
    REFUSED_FROZEN = "frozen"
    REFUSED_EXPIRED = "expired"
    REFUSED_KIND = "not for this kind of card"
    REFUSED_NO_UNIT = "no unit asked for it"
    REFUSED_DATE = "date out of bounds"
    REFUSED_WAITING = "waiting time"
    REFUSED_NUMBER_TAKEN = "number taken"
    REFUSED_TEST_NUMBER = "number of a test card"
    REFUSED_HAS_CARD = "has as many as allowed"
    REFUSED_NO_STOCK = "not in stock"
    REFUSED_INSUFFICIENT = "insufficient balance"


class PinOutcome(enum.Enum):
    """What became of setting, changing or unblocking a PIN, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_CARD = "card cannot have a PIN now"
    REFUSED_BLOCKED = "blocked"
    REFUSED_WRONG = "old PIN wrong"
    REFUSED_NOT_SIX_DIGITS = "not six digits"
    REFUSED_DEFAULT = "default or often used"
    REFUSED_REPETITION = "repetition"
    REFUSED_RUN = "run"
    REFUSED_BIRTHDAY = "reads as a date"
    REFUSED_OWN_NUMBER = "own number"
    REFUSED_RAISE = "limits are only lowered"


@dataclasses.dataclass(frozen=True, slots=True)
class BlacklistHead:
    """The newest version of the blacklist, how many cards are on it and their checksum (rules.blacklist_checksum).

    All are 0 when no card was ever listed.
    """

    version: int
    count: int
    checksum: int


@dataclasses.dataclass(frozen=True, slots=True)
class BlacklistLag:
    """How far a version of the blacklist is behind the newest one.

    `changes` came after it, the first of them at `since` (None: there is none); `cards` are listed now and not named by it. Of
    more changes than MAX_CHANGES only the newest ones are counted.
    """

    changes: int
    cards: int
    since: datetime | None


@dataclasses.dataclass(frozen=True, slots=True)
class BlacklistDelta:
    """What turns the list of `from_version` into that of `to_version`, whose `count` and `checksum` these are.

    `added` and `removed` are card numbers in order, none in both, each one really new or really there before.
    """

    from_version: int
    to_version: int
    added: list[int]
    removed: list[int]
    count: int
    checksum: int


class Place(models.TextChoices):
    """Where cards of the stock book can be (clause P4-7: card-making centre and settlement centre)."""

    MAKING = "making", _("Card-making centre")
    SETTLEMENT = "settlement", _("Settlement centre")
    DESK = "desk", _("Desk")
    ON_THE_WAY = "on_the_way", _("On the way")
    ISSUED = "issued", _("With holders")
    SCRAPPED = "scrapped", _("Scrapped")


class Condition(models.TextChoices):
    """What kind of card a pile of the stock book holds."""

    BLANK = "blank", _("Blank")
    PERSONALISED = "personalised", _("Personalised")
    RETURNED = "returned", _("Taken back")


class Movement(models.TextChoices):
    """Why cards moved from one pile to another."""

    RECEIVED = "received", _("Received from the maker")
    SENT = "sent", _("Sent with a slip")
    HANDED_OVER = "handed_over", _("Receipt confirmed")
    SENT_BACK = "sent_back", _("Slip refused, sent back")
    TO_DESK = "to_desk", _("Given to a desk")
    FROM_DESK = "from_desk", _("Taken back from a desk")
    PERSONALISED = "personalised", _("Personalised")
    ISSUED = "issued", _("Issued to a holder")
    RETURNED = "returned", _("Taken back from a holder")
    SCRAPPED = "scrapped", _("Scrapped")


class SlipState(models.TextChoices):
    """A hand-over slip is sent by one person and decided on by another, once."""

    SENT = "sent", _("Waits for the receiver")
    RECEIVED = "received", _("Received")
    REFUSED = "refused", _("Refused")


class StockOutcome(enum.Enum):
    """What became of a movement of the stock book, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_BOX_TAKEN = "box number taken"
    REFUSED_NUMBERS = "numbers and count differ"
    REFUSED_DECIDED = "decided already"
    REFUSED_OWN = "own slip"
    REFUSED_COUNT = "count differs"
    REFUSED_NO_NOTE = "no note given"
    REFUSED_SAME_PLACE = "same place"
    REFUSED_NO_STOCK = "not so many there"


class JobState(models.IntegerChoices):
    """One card of a personalisation job (制卡). A spoiled one is replaced by another with a number of its own."""

    QUEUED = 1, _("Queued")
    ENCODING = 2, _("At the encoder")
    ENCODED = 3, _("Encoded")
    PRINTED = 4, _("Printed")
    CHECKED = 5, _("Checked")
    SPOILED = 6, _("Spoiled")


class JobOutcome(enum.Enum):
    """What became of a step of a personalisation job, in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NOBODY = "nobody in the list can get a card"
    REFUSED_NOT_YET = "not at this step yet"
    REFUSED_OVER = "checked or spoiled already"
    REFUSED_NO_STOCK = "no blank cards"


class DeskOutcome(enum.Enum):
    """What a desk is told when it scans (freshmen in batch), in order of precedence."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_UNKNOWN = "unknown number"
    REFUSED_NOT_IN_BATCH = "not in this batch"
    REFUSED_CLOSED = "batch closed"
    REFUSED_NOT_YET = "before its day"
    REFUSED_OTHER_COUNT = "not the count that was approved"
    REFUSED_ELSEWHERE = "handed out at another desk"
    REFUSED_OTHER_BOX = "in another desk's box"
    REFUSED_STAGE = "card cannot be handed out"


@dataclasses.dataclass(frozen=True, slots=True)
class CardPolicies:
    """The policies of cards in force (queries.policies_now); as given here they are the defaults."""

    temporary_days: int = 30
    temporary_deposit_fen: int = 2_000
    most_family_cards: int = 2
    replacement_wait: timedelta = timedelta(hours=24)
    replacement_fee_fen: int = 1_500
    pin_tries: int = 3


@dataclasses.dataclass(frozen=True, slots=True)
class PileKey:
    """Which pile of the stock book: place, condition, and the desk's name where the place is a desk."""

    place: Place
    condition: Condition
    desk: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class BookLine:
    """A pile in the stock book of a day: opening + came in - went out = closing."""

    key: PileKey
    opening: int
    came_in: int
    went_out: int
    closing: int


@dataclasses.dataclass(frozen=True, slots=True)
class LeftOver:
    """A card of a batch that nobody fetched, and whose it was. `has_another`: they hold a good card all the same."""

    card_no: int
    person_id: int
    person_no: str
    full_name: str
    unit: str
    has_another: bool


@dataclasses.dataclass(frozen=True, slots=True)
class DeskCount:
    """How a batch stands at a desk (an empty name: in no box): made = handed out + left over."""

    desk: str
    made: int
    handed_out: int

    @property
    def left_over(self) -> int:
        """What the desk still has, or had when the batch was closed."""
        return self.made - self.handed_out
