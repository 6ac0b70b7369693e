"""What must hold before a day is sealed (DESIGN §4.7, §4.8). Each check costs by the day's transfers, not by the ledger's."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.closing import rules
from onecard.closing.models import DayReport
from onecard.closing.reading import DayRange, rows
from onecard.closing.types import Check, Failure
from onecard.rollups.types import Moved

ROWS_NAMED = 20
"""How many offending rows a failure names."""
_BY_QUERY = (Check.DAY_IS_WHOLE, Check.TRIAL_BALANCE_IS_ZERO, Check.BALANCES_FOLLOW_TRANSFERS)


def run_checks(open_day: DayRange, *, moved: Sequence[Moved]) -> tuple[Failure, ...]:
    """The checks that fail for the open day, with the rows; `moved` is what moved on it. Changes nothing.

    The caller holds the day lock.
    """
    found = [_failure(check, open_day=open_day) for check in _BY_QUERY]
    found.append(_purses_failure(moved))
    return tuple(failure for failure in found if failure is not None)


def _failure(check: Check, *, open_day: DayRange) -> Failure | None:
    offenders = rows(check.value, first_id=open_day.first_id, last_id=open_day.last_id, day=open_day.day, limit=ROWS_NAMED + 1)
    if not offenders:
        return None
    return Failure(check=check, rows=tuple(offenders[:ROWS_NAMED]), more=len(offenders) > ROWS_NAMED)


def _purses_failure(moved: Sequence[Moved]) -> Failure | None:
    """Finance's payable is rolled forward from the last sealed report, so yesterday's figure cannot be changed unseen either."""
    before = DayReport.objects.order_by("-business_date").values_list("figures", flat=True).first()
    opening_fen = before["purses"]["closing_fen"] if before else 0
    closing_fen = rows("purse_total")[0]["total_fen"]
    off_by_fen = rules.purses_off_by(
        opening_fen=opening_fen,
        movements=[(one.entered_fen, one.left_fen) for one in moved],
        closing_fen=closing_fen,
    )
    if off_by_fen == 0:
        return None
    offender = {"opening_fen": opening_fen, "closing_fen": closing_fen, "off_by_fen": off_by_fen}
    return Failure(check=Check.PURSES_EQUAL_PAYABLE, rows=(offender,))
