"""Compare lines of a bank's file with what stands booked: what receiving, booking and showing a file share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from onecard.funding import rules
from onecard.funding.models import BankFile, BankLine
from onecard.funding.queries import booked_under, ours_alone
from onecard.funding.types import BankFinding, LineState
from onecard.kernel import clock
from onecard.people import queries as people
from onecard.policies import queries as policies

NEEDS_NOTHING = (BankFinding.EQUAL, BankFinding.WAITING)


def compare(lines: Sequence[BankLine], *, source_id: int) -> dict[int, int]:
    """Write on each line of the bank's whom it is for, what we booked, the result and what is due; the purses by person.

    Not an action of its own: callers keep the lines.
    """
    known = people.people_with(line.person_no for line in lines)
    purses = people.cash_purses(person.pk for person in known.values())
    booked = booked_under(source_id, [line.reference for line in lines])
    for line in lines:
        person = known.get(line.person_no)
        line.person_id = None if person is None else person.pk
        stands = booked.get(line.reference)
        line.booked_fen = None if stands is None else sum(stands.values())
        purse = purses.get(line.person_id or 0)
        line.finding = rules.found_for(stands, purse=purse, amount_fen=line.amount_fen or 0)
        line.state = LineState.NOTHING_DUE if line.finding in NEEDS_NOTHING else LineState.DUE
    return purses


def lines_of_ours_alone(kept: BankFile) -> list[BankLine]:
    """A line for each of our bookings until the end of the file's day that no file of the bank names."""
    zone, waiting_days = clock.campus_zone(), policies.days("funding.bank_waiting_days")
    alone = ours_alone(kept.source_id, until=datetime.combine(kept.day + timedelta(days=1), time(), zone))
    booked = booked_under(kept.source_id, [one.reference for one in alone])
    lines = []
    for one in alone:
        stands = booked.get(one.reference)
        if not stands:
            continue
        booked_on = one.occurred_at.astimezone(zone).date()
        finding = rules.found_without_line(booked_on=booked_on, file_day=kept.day, waiting_days=waiting_days)
        lines.append(
            BankLine(
                file=kept,
                reference=one.reference,
                person_no=one.person_no,
                full_name=one.full_name,
                booked_fen=sum(stands.values()),
                occurred_at=one.occurred_at,
                person_id=one.person_id,
                finding=finding,
                state=LineState.NOTHING_DUE if finding in NEEDS_NOTHING else LineState.DUE,
            )
        )
    return lines
