"""Words of the room: what a policy is, which kinds of value there are, what became of setting one."""

from __future__ import annotations

import dataclasses
import enum
from datetime import time
from typing import Any

from django.utils.translation import gettext_lazy as _

Value = bool | int | str | list[str]
"""A policy's value as JSON knows it: fen, basis points and spans of time are whole numbers, windows a list of texts."""


class PolicyKind(enum.Enum):
    """What a value is and the unit that it counts in."""

    FEN = "fen"
    BASIS_POINTS = "basis points"
    COUNT = "count"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    YEARS = "years"
    FLAG = "flag"
    CHOICE = "choice"
    TIME = "time of day"
    MONTH_DAY = "day of the year"
    WINDOWS = "windows of time"


NUMBERS = frozenset(
    {
        PolicyKind.FEN,
        PolicyKind.BASIS_POINTS,
        PolicyKind.COUNT,
        PolicyKind.MINUTES,
        PolicyKind.HOURS,
        PolicyKind.DAYS,
        PolicyKind.YEARS,
    }
)
"""The kinds whose values are whole numbers between the policy's bounds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Policy:
    """制度参数: one number of the centre's rules. `name` is `group.what_unit`, `line` what it says.

    `default` is the figure that many universities have. `least` and `most` bound a number, both included; `choices` are those of
    a choice with their words. `clauses` are the clauses that state the rule behind it. Who pays or gets how much follows from a
    policy that `moves_money`.
    """

    name: str
    kind: PolicyKind
    default: Value
    line: Any
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, Any], ...] = ()
    clauses: tuple[str, ...] = ()
    moves_money: bool = False

    @property
    def group(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]


@dataclasses.dataclass(frozen=True, slots=True)
class Window:
    """A span of a day, on certain days of the week (1 Monday to 7 Sunday): open from `opens_at`, closed from `closes_at` on."""

    weekdays: frozenset[int]
    opens_at: time
    closes_at: time


class PolicyOutcome(enum.Enum):
    """What became of setting or withdrawing a value, in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REFUSED_UNKNOWN = "no such policy or value"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_VALUE = "not a value of this policy"
    REFUSED_IN_THE_PAST = "would begin in the past"
    REFUSED_TOO_FAR = "would begin too far ahead"
    REPEATED = "so already"
    REFUSED_BEGUN = "has begun"


OUTCOME_WORDS = {
    "DONE": _("Kept."),
    "REPEATED": _("It is so already. Nothing changed."),
    "REFUSED_UNKNOWN": _("There is no such policy or value."),
    "REFUSED_NO_REASON": _("Say why."),
    "REFUSED_VALUE": _("This is not a value that the policy can have."),
    "REFUSED_IN_THE_PAST": _("A value cannot begin in the past. Propose it again from a later day."),
    "REFUSED_TOO_FAR": _("A value cannot begin more than three years ahead."),
    "REFUSED_BEGUN": _("The value has begun; set another one."),
}
"""Outcomes in words, by name."""
