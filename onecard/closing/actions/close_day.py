"""日结: check the open business day, seal it, number its report and open the next one (clause N3-3.6; DESIGN §4.7, §4.8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.closing import figures, rules
from onecard.closing.actions.seal_day import seal_day
from onecard.closing.checks import run_checks
from onecard.closing.models import DayReport, Seal
from onecard.closing.reading import DayRange, range_of_open_day
from onecard.closing.types import CloseOutcome, CloseResult
from onecard.kernel import clock, sql
from onecard.rollups import queries as rollups
from onecard.rollups.actions.keep_day import keep_day
from onecard.rollups.types import Moved


@action("closing.close_day")
def close_day(actor: Actor, day: date, *, next_date: date | None = None) -> CloseResult:
    """Close `day`, the business day that the actor sees open, and open `next_date` (the day after it without one).

    One transaction under the lock that posting shares: a crash leaves everything as before. REPEATED when somebody closed the day
    meanwhile; CHECK_FAILED names the rows, changes nothing and can be run again.
    """
    [(open_day,)] = sql.call("select ledger_lock_days_v1()")
    following = next_date or day + timedelta(days=1)
    refusal = _refusal(day, open_day=open_day, next_date=following)
    if refusal is not None:
        return CloseResult(outcome=refusal, day=day)
    found = range_of_open_day(day)
    moved = rollups.movements(day, day)
    failures = run_checks(found, moved=moved)
    if failures:
        return CloseResult(outcome=CloseOutcome.CHECK_FAILED, day=day, failures=failures)
    report = _write_report(found, moved=moved, made_by=actor.name)
    seal = seal_day(found, report=report)
    keep_day(day)
    sql.call("select ledger_turn_day_v1(%t::date, %t::date)", [day, following])
    return CloseResult(outcome=CloseOutcome.DONE, day=day, next_day=following, report_no=report.report_no, root=seal.root)


def _refusal(day: date, *, open_day: date | None, next_date: date) -> CloseOutcome | None:
    if Seal.objects.filter(pk=day).exists():
        return CloseOutcome.REPEATED
    if open_day != day:
        return CloseOutcome.REFUSED_NOT_OPEN
    if next_date <= day:
        return CloseOutcome.REFUSED_NEXT_DATE
    return None


def _write_report(found: DayRange, *, moved: Sequence[Moved], made_by: str) -> DayReport:
    made_at = clock.now()
    number = DayReport.objects.filter(business_date=found.day).count() + 1
    report_no = rules.report_no(found.day, number=number)
    return DayReport.objects.create(
        report_no=report_no,
        business_date=found.day,
        figures=figures.gather(found, moved=moved, report_no=report_no, made_at=made_at, made_by=made_by),
        made_at=made_at,
        made_by=made_by,
    )
