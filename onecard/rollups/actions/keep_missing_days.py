"""Keep the sums of days that were closed before this room was there; `onecard migrate` runs it."""

from __future__ import annotations

from onecard.kernel import sql
from onecard.rollups.actions.keep_day import keep_sums


def keep_missing_days() -> int:
    """How many days were missing. What stood at their closes is not known any more."""
    missing = sql.call(sql.text_of("rollups", "queries/days_without_sums"))
    return sum(keep_sums(day, stood=(None, None, None, None)) for (day,) in missing)
