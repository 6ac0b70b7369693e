"""Words of the room: a line of money coming in, and how many lines came to what."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from datetime import datetime

from onecard.ledger.types import PostingOutcome


@dataclasses.dataclass(frozen=True, slots=True)
class FundingLine:
    """One person's money in a bank file (圈存) or a subsidy batch: numbered by its source, positive, in fen."""

    source_seq: int
    person_id: int
    amount_fen: int
    occurred_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class FundingCounts:
    """How many lines were posted, were there already, contradicted what is there (held), or name nobody (held)."""

    posted: int = 0
    repeated: int = 0
    conflict: int = 0
    unknown_person: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[PostingOutcome], *, unknown: Sequence[FundingLine]) -> FundingCounts:
        """Count the outcomes of the lines that name somebody, and those that do not."""
        found = list(outcomes)
        return cls(
            posted=found.count(PostingOutcome.POSTED),
            repeated=found.count(PostingOutcome.REPEATED),
            conflict=found.count(PostingOutcome.CONFLICT),
            unknown_person=len(unknown),
        )

    def __add__(self, other: FundingCounts) -> FundingCounts:
        return FundingCounts(
            self.posted + other.posted,
            self.repeated + other.repeated,
            self.conflict + other.conflict,
            self.unknown_person + other.unknown_person,
        )
