"""Take over what a release knows of the state's holidays and make-up working days."""

from __future__ import annotations

import chinese_calendar

from onecard.workdays.models import OfficialDay

SINCE_YEAR = 2024
"""Nothing that is due today began before it."""


def adopt_official_days() -> None:
    """Keep every day that the library names; repeat-safe, called at install and upgrade. The campus's own word stays."""
    named = ((chinese_calendar.holidays, False), (chinese_calendar.workdays, True))
    rows = [
        OfficialDay(date=day, is_workday=is_workday, holiday=holiday)
        for days, is_workday in named
        for day, holiday in days.items()
        if day.year >= SINCE_YEAR
    ]
    OfficialDay.objects.bulk_create(rows, update_conflicts=True, unique_fields=["date"], update_fields=["is_workday", "holiday"])
