"""The clock: one place to ask for the time, so that a simulation can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

_set_time: ContextVar[datetime | None] = ContextVar("onecard_set_time", default=None)


def now() -> datetime:
    """The present moment, in UTC; the set one inside `at()`."""
    return _set_time.get() or datetime.now(UTC)


def campus_zone() -> ZoneInfo:
    """The campus's time zone (ONECARD_TIME_ZONE): meal periods and business days are in it."""
    return ZoneInfo(settings.TIME_ZONE)


def today() -> date:
    """The calendar date on campus. The *business* date is the ledger's: `ledger.queries.open_day`."""
    return now().astimezone(campus_zone()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Inside the block it is `moment`; for simulations and tests. The moment must carry a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    token = _set_time.set(moment)
    try:
        yield
    finally:
        _set_time.reset(token)
