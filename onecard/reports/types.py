"""Words of the room: the span that a report looks at, its figures, and what a board is made of."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date
from typing import Any

from onecard.ledger.types import PURSES, Subject
from onecard.merchants.types import Seller
from onecard.papers.types import SheetTable
from onecard.rollups.types import DayFacts, Moved, SpanTakings


class SpanKind(enum.Enum):
    """How long a report looks back."""

    DAY = "day"
    WEEK = "week"
    TERM = "term"
    CHOSEN = "chosen"


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """The business days that a report is of, both included, and those that it is compared with."""

    kind: SpanKind
    since: date
    until: date
    before_since: date
    before_until: date

    @property
    def days(self) -> int:
        """How many calendar days it has."""
        return (self.until - self.since).days + 1


@dataclasses.dataclass(frozen=True, slots=True)
class Numbers:
    """What the reports of a span are made from, read once; `sums_before` are (debits, credits) before its first day, in fen."""

    span: Span
    moved: list[Moved]
    taken: SpanTakings
    facts: list[DayFacts]
    moved_before: list[Moved]
    taken_before: SpanTakings
    sums_before: dict[Subject, tuple[int, int]]
    sellers: dict[int, Seller]

    @property
    def entered_fen(self) -> int:
        """What came into the purses."""
        return sum(one.entered_fen for one in self.moved)

    @property
    def opening_fen(self) -> int:
        """What the purses held before the span."""
        return sum(credits - debits for subject, (debits, credits) in self.sums_before.items() if subject in PURSES)

    @property
    def left_fen(self) -> int:
        """What left them."""
        return sum(one.left_fen for one in self.moved)


@dataclasses.dataclass(frozen=True, slots=True)
class Tile:
    """One figure: its title, the figure as people read it, a line below it, and whether somebody should look."""

    title: Any
    figure: str
    note: str = ""
    is_alarming: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A chart (SVG, safe) and the table behind it; without a chart the table alone."""

    table: SheetTable
    chart: Any = ""
    note: str = ""
    is_wide: bool = False


class ReportOutcome(enum.Enum):
    """What became of subscribing, of ending a subscription, or of sending a report; refusals in order of precedence."""

    DONE = "done"
    REPEATED = "so already"
    FAILED = "the mail server did not take it; it is tried again"
    REFUSED_BOARD = "no such board, or not one that you may see"
    REFUSED_ADDRESS = "no mail address"
    REFUSED_NOTHING_DUE = "there is no finished period yet"
    REFUSED_NO_SERVER = "no mail server is set"
