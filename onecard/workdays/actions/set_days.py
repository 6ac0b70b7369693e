"""本校安排: let the campus work, or not, on days of its own (clause S4.3)."""

from __future__ import annotations

from datetime import date, timedelta

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.workdays import queries, rules
from onecard.workdays.models import CampusDay
from onecard.workdays.types import DaysOutcome


@action("workdays.set_days")
def set_days(actor: Actor, first: date, *, last: date, is_workday: bool, reason: str) -> DaysOutcome:
    """Set every day from `first` to `last`, both included. Refusals in order: rules.judge_days."""
    days = [first + timedelta(days=at) for at in range(min((last - first).days + 1, rules.MOST_DAYS))]
    known = queries.known_days(first, last)
    is_so = all(day in known and known[day].is_own and known[day].is_workday is is_workday for day in days)
    outcome = rules.judge_days(rules.DaysFacts(first, last, clock.today(), reason, is_so))
    if outcome is DaysOutcome.DONE:
        now, why = clock.now(), reason.strip()
        CampusDay.objects.bulk_create(
            CampusDay(date=day, is_workday=is_workday, reason=why, set_at=now, set_by=actor.name) for day in days
        )
    return outcome
