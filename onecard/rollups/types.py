"""Words of the room: sums over business days, with the open one as it stands."""

from __future__ import annotations

import dataclasses
from datetime import date

from onecard.ledger.types import PURSES, Subject, TransferKind


@dataclasses.dataclass(frozen=True, slots=True)
class Moved:
    """What moved on a day by kind and source (None: terminals) from the debited to the credited subject, in fen."""

    day: date
    kind: TransferKind
    source_id: int | None
    debit: Subject
    credit: Subject
    transfers: int
    amount_fen: int

    @property
    def entered_fen(self) -> int:
        """What it brought into card holders' purses from outside them."""
        return self.amount_fen if self.credit in PURSES and self.debit not in PURSES else 0

    @property
    def left_fen(self) -> int:
        """What it took out of card holders' purses."""
        return self.amount_fen if self.debit in PURSES and self.credit not in PURSES else 0


@dataclasses.dataclass(frozen=True, slots=True)
class UnitMoved:
    """The same with the accounts on both sides, where they are merchants'."""

    day: date
    kind: TransferKind
    debit: Subject
    credit: Subject
    debit_unit_id: int | None
    credit_unit_id: int | None
    transfers: int
    amount_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class Sold:
    """Purchases, reversals and what they come to, in fen; the amount is net and may be below zero."""

    purchases: int = 0
    reversals: int = 0
    amount_fen: int = 0

    def __add__(self, other: Sold) -> Sold:
        return Sold(self.purchases + other.purchases, self.reversals + other.reversals, self.amount_fen + other.amount_fen)


@dataclasses.dataclass(frozen=True, slots=True)
class SpanTakings:
    """Takings of a span of business days: by day, by the merchant's account, by quarter hour (0-95), by (weekday 1-7, hour)."""

    days: dict[date, Sold]
    units: dict[int, Sold]
    quarters: dict[int, Sold]
    hours: dict[tuple[int, int], Sold]

    @property
    def total(self) -> Sold:
        """All of them; late ones are in no quarter hour but here."""
        return sum(self.days.values(), Sold())


@dataclasses.dataclass(frozen=True, slots=True)
class DayFacts:
    """A business day as a whole; what stood at its close is None where it is not known any more, or the day is open."""

    day: date
    transfers: int
    cards_used: int
    declined: int
    cards_active: int | None = None
    terminals_enrolled: int | None = None
    held: int | None = None
    missing: int | None = None
