"""What must hold before a day is sealed (DESIGN §4.7, §4.8). Each check costs by the day's transfers, not by the ledger's."""

from __future__ import annotations

from onecard.closing import rules
from onecard.closing.models import DayReport
from onecard.closing.reading import DayRange, rows
from onecard.closing.types import Check, Failure

ROWS_NAMED = 20
"""How many offending rows a failure names."""
_BY_QUERY = (Check.DAY_IS_WHOLE, Check.TRIAL_BALANCE_IS_ZERO, Check.BALANCES_FOLLOW_TRANSFERS)


def run_checks(open_day: DayRange) -> tuple[Failure, ...]:
    """The checks that fail for the open day, with the rows; the caller holds the day lock. Changes nothing."""
    found = [_failure(check, open_day=open_day) for check in _BY_QUERY]
    found.append(_purses_failure(open_day))
    return tuple(failure for failure in found if failure is not None)


def _failure(check: Check, *, open_day: DayRange) -> Failure | None:
    offenders = rows(check.value, first_id=open_day.first_id, last_id=open_day.last_id, day=open_day.day, limit=ROWS_NAMED + 1)
    if not offenders:
        return None
    return Failure(check=check, rows=tuple(offenders[:ROWS_NAMED]), more=len(offenders) > ROWS_NAMED)


def _purses_failure(open_day: DayRange) -> Failure | None:
    """Finance's payable is rolled forward from the last sealed report, so yesterday's figure cannot be changed unseen either."""
    before = DayReport.objects.order_by("-business_date").values_list("figures", flat=True).first()
    opening_fen = before["purses"]["closing_fen"] if before else 0
    movements = rows("purse_movements", first_id=open_day.first_id, last_id=open_day.last_id)
    closing_fen = rows("purse_total")[0]["total_fen"]
    off_by_fen = rules.purses_off_by(
        opening_fen=opening_fen,
        movements=[(row["entered_fen"], row["left_fen"]) for row in movements],
        closing_fen=closing_fen,
    )
    if off_by_fen == 0:
        return None
    offender = {"opening_fen": opening_fen, "closing_fen": closing_fen, "off_by_fen": off_by_fen}
    return Failure(check=Check.PURSES_EQUAL_PAYABLE, rows=(offender,))
