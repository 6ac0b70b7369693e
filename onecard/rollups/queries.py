"""Typed reads of the sums: of closed days as they were kept, of the open day as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from onecard.cards.models import Card
from onecard.cards.types import CardState
from onecard.kernel import clock, sql
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject, TransferKind
from onecard.purchases import queries as purchases
from onecard.rollups.models import Day
from onecard.rollups.types import DayFacts, Moved, Sold, SpanTakings, UnitMoved
from onecard.terminals import queries as terminals

BY_DAY, BY_UNIT, BY_QUARTER = 0b0111, 0b1011, 0b1101
"""What a row of `takings.sql` is summed by: the bits of what it is not."""


def movements(since: date, until: date) -> list[Moved]:
    """What moved on the business days from `since` to `until`, both included, in order of days.

    Planned anew each time, as all that the day close reads: a plan kept from a day with a few transfers is bad for thousands.
    """
    rows = sql.call(sql.text_of("rollups", "queries/movements"), {"since": since, "until": until}, prepare=False)
    return [
        Moved(day, TransferKind(kind), source_id, Subject(debit), Subject(credit), transfers, amount_fen)
        for day, kind, source_id, debit, credit, transfers, amount_fen in rows
    ]


def unit_movements(since: date, until: date) -> list[UnitMoved]:
    """The same of the closed days alone, with the merchants' accounts."""
    rows = sql.call(sql.text_of("rollups", "queries/unit_movements"), {"since": since, "until": until})
    return [UnitMoved(row[0], TransferKind(row[1]), Subject(row[2]), Subject(row[3]), *row[4:]) for row in rows]


def takings(since: date, until: date, *, account_id: int | None = None) -> SpanTakings:
    """Takings of the business days from `since` to `until`, both included: of one merchant's account, or of all."""
    arguments = {"since": since, "until": until, "zone": str(clock.campus_zone()), "account": account_id}
    found = SpanTakings({}, {}, {}, {})
    for what, day, unit, quarter, weekday, hour, *sums in sql.call(sql.text_of("rollups", "queries/takings"), arguments):
        sold = Sold(*sums)
        if what == BY_DAY:
            found.days[day] = sold
        elif what == BY_UNIT:
            found.units[unit] = sold
        elif what == BY_QUARTER and quarter is not None:
            found.quarters[quarter] = sold
        elif hour is not None:
            found.hours[weekday, hour] = sold
    return found


def day_facts(since: date, until: date) -> list[DayFacts]:
    """The business days from `since` to `until`, both included, as wholes, the open one as it stands."""
    kept = Day.objects.filter(business_date__range=(since, until)).order_by("business_date")
    fields = ("business_date", "transfers", "cards_used", "declined", "cards_active", "terminals_enrolled", "held", "missing")
    facts = [DayFacts(*row) for row in kept.values_list(*fields)]
    open_day = ledger.open_day()
    if open_day is not None and since <= open_day <= until:
        facts.append(_facts_now(open_day))
    return facts


def _facts_now(day: date) -> DayFacts:
    used, declined = purchases.cards_used_on(day)
    missing, _places = terminals.missing_totals()
    return DayFacts(
        day,
        transfers=sum(one.transfers for one in movements(day, day)),
        cards_used=used,
        declined=declined,
        cards_active=Card.objects.filter(state=CardState.ACTIVE).count(),
        terminals_enrolled=terminals.board_counts(terminals.board()).enrolled,
        held=ledger.held_count(),
        missing=missing,
    )


def turnover(moved: Iterable[Moved]) -> dict[Subject, tuple[int, int]]:
    """(debits, credits) of each subject that moved, in fen."""
    sides: defaultdict[Subject, list[int]] = defaultdict(lambda: [0, 0])
    for one in moved:
        sides[one.debit][0] += one.amount_fen
        sides[one.credit][1] += one.amount_fen
    return {subject: (debits, credits) for subject, (debits, credits) in sorted(sides.items())}


def sums_before(day: date) -> dict[Subject, tuple[int, int]]:
    """(debits, credits) in fen of each subject on all closed business days before the day: what it opened with."""
    rows = sql.call(sql.text_of("rollups", "queries/sums_before"), {"day": day})
    return {Subject(subject): (debits, credits) for subject, debits, credits in rows}
