"""Words of the room: kinds and states of cards, outcomes of what is done to them."""

from __future__ import annotations

import enum

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
