"""Words of the room: kinds and states of cards, outcomes of what is done to them."""

from __future__ import annotations

import dataclasses
import enum
from datetime import datetime

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
    REFUSED_NUMBER_TAKEN = "number taken"
    REFUSED_HAS_CARD = "has card"
    REFUSED_NOT_ISSUED = "not issued"
    REFUSED_NOT_ACTIVE = "not active"
    REFUSED_NOT_LOST = "not lost"
    REFUSED_NOT_FROZEN = "not frozen"
    REFUSED_CANCELLED = "cancelled"


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
