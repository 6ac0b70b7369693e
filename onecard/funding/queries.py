"""Typed reads of the room."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet, Sum

from onecard.funding.models import BankLine, SubsidyGrant
from onecard.funding.rules import Booked
from onecard.funding.types import BatchState, GrantState
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.models import DayBalance
from onecard.ledger.types import Subject, TransferKind

MOST_ALONE = 2_000
"""So many of our own bookings without a line are shown with one file; the newest first, and the rest with the next."""


@dataclasses.dataclass(frozen=True, slots=True)
class Alone:
    """What we booked under a reference number that no file of the bank names."""

    reference: int
    person_id: int
    person_no: str
    full_name: str
    occurred_at: datetime


@dataclasses.dataclass(frozen=True, slots=True)
class FoundSum:
    """How many lines of a bank's file came to the same result and state, and how much that is at the bank and here, in fen."""

    finding: str
    state: str
    lines: int
    amount_fen: int
    booked_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class GrantSum:
    """How many of a batch's lines are in a state, how much they come to, and how much of it was taken back, in fen."""

    state: str
    people: int
    amount_fen: int
    taken_back_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class ClearingLine:
    """What moved bank clearing on a day: by kind and source, and the bank's file that it was booked from (None: from none)."""

    kind: TransferKind
    source: str
    file_id: int | None
    transfers: int
    in_fen: int
    out_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class Clearing:
    """A day of bank clearing in fen: opening + in - out is what should stand at its end, `closing_fen` what does."""

    opening_fen: int
    lines: tuple[ClearingLine, ...]
    closing_fen: int

    @property
    def explained_fen(self) -> int:
        """The balance that the lines explain."""
        return self.opening_fen + sum(line.in_fen - line.out_fen for line in self.lines)


def booked_under(source_id: int, references: Collection[int]) -> dict[int, Booked]:
    """What stands booked under each reference number of a bank, by cash purse; a number that is free is absent."""
    rows = sql.call(sql.text_of("funding", "queries/booked_under"), {"source": source_id, "references": list(references)})
    found: dict[int, dict[int, int]] = {}
    for reference, purse, amount_fen in rows:
        stands = found.setdefault(reference, {})
        if purse is not None:
            stands[purse] = amount_fen
    return dict(found)


def ours_alone(source_id: int, *, until: datetime) -> list[Alone]:
    """What we booked until that moment and no file of the bank names, the newest first, at most MOST_ALONE."""
    arguments = {"source": source_id, "until": until, "most": MOST_ALONE}
    return [Alone(*row) for row in sql.call(sql.text_of("funding", "queries/ours_alone"), arguments)]


def found_in(file_id: int) -> list[FoundSum]:
    """A file's lines by result and state, in the order of the results' names."""
    rows = BankLine.objects.filter(file_id=file_id).values_list("finding", "state").order_by("finding", "state")
    summed = rows.annotate(lines=Count("pk"), amount=Sum("amount_fen"), booked=Sum("booked_fen"))
    return [FoundSum(finding, state, lines, amount or 0, booked or 0) for finding, state, lines, amount, booked in summed]


def subsidies_waiting_for(person_id: int) -> QuerySet[SubsidyGrant]:
    """What the person, or a record that was merged into it, may collect today."""
    whose = Q(person_id=person_id) | Q(person__merged_into_id=person_id)
    return SubsidyGrant.objects.filter(
        whose, state=GrantState.UNCLAIMED, batch__state=BatchState.GRANTED, batch__ends_on__gte=clock.today()
    )


def grants_of(batch_id: int) -> list[GrantSum]:
    """A batch's lines by state, in the order of the states."""
    rows = SubsidyGrant.objects.filter(batch_id=batch_id).values_list("state")
    summed = rows.annotate(people=Count("pk"), amount=Sum("amount_fen"), taken=Sum("taken_back_fen"))
    found = {state: GrantSum(state, people, amount or 0, taken or 0) for state, people, amount, taken in summed}
    return [found[state] for state in GrantState.values if state in found]


def clearing_on(day: date) -> Clearing:
    """How the balance of bank clearing came about on a business day, which may be the open one."""
    account = ledger.shared_account(Subject.BANK_CLEARING)
    first, after = ledger.first_transfer_on(day), ledger.first_transfer_after(day)
    last = 2**63 - 1 if after is None else after - 1
    rows = sql.call(sql.text_of("funding", "queries/clearing"), {"account": account, "first": first, "last": last})
    lines = tuple(ClearingLine(TransferKind(row[0]), *row[1:]) for row in rows)
    balances = DayBalance.objects.filter(account_id=account).order_by("-business_date").values_list("balance_fen", flat=True)
    opening_fen = balances.filter(business_date__lt=day).first() or 0
    closing_fen = ledger.balance_of(account) if after is None else balances.filter(business_date__lte=day).first() or 0
    return Clearing(opening_fen, lines, closing_fen)
