"""Words of the calendar: holidays, what a day is, what became of setting days."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _


class Holiday(models.TextChoices):
    """法定节假日, by the names that the library of the state's calendar has; make-up working days go with one as well."""

    NEW_YEAR = "New Year's Day", _("New Year's Day")
    SPRING = "Spring Festival", _("Spring Festival")
    TOMB_SWEEPING = "Tomb-sweeping Day", _("Tomb-sweeping Day")
    LABOUR = "Labour Day", _("Labour Day")
    DRAGON_BOAT = "Dragon Boat Festival", _("Dragon Boat Festival")
    NATIONAL = "National Day", _("National Day")
    MID_AUTUMN = "Mid-autumn Festival", _("Mid-autumn Festival")


class DaysOutcome(enum.Enum):
    """What became of setting days, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_ORDER = "the last day is before the first"
    REFUSED_TOO_MANY = "too many days at once"
    REFUSED_PAST = "a day that is over"
    REFUSED_TOO_FAR = "too far ahead"
    REPEATED = "so already"


OUTCOME_WORDS = {
    "DONE": _("The calendar is changed."),
    "REPEATED": _("It is so already. Nothing changed."),
    "REFUSED_NO_REASON": _("Say why."),
    "REFUSED_ORDER": _("The last day is before the first."),
    "REFUSED_TOO_MANY": _("At most 62 days are set at once."),
    "REFUSED_PAST": _("Days that are over stay as they were."),
    "REFUSED_TOO_FAR": _("At most two years ahead."),
}
"""Outcomes in words, by name."""


@dataclasses.dataclass(frozen=True, slots=True)
class DayOff:
    """What is known of a day besides its weekday: whether it is worked on, and why (the campus's reason or a holiday)."""

    day: date
    is_workday: bool
    why: str
    is_own: bool
