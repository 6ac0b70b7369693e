"""The policy values that purchases are judged by, read seldom: a batch must not wait for them."""

from __future__ import annotations

import dataclasses
import time
from datetime import date

from django.db import connection

from onecard.kernel import clock
from onecard.policies import queries as policies
from onecard.purchases.types import PurchaseLimits

FRESH_S = 5
"""How old the values may be: a value that is set for today is worked by this many seconds later at the latest."""
_AHEAD, _REVERSAL = "purchases.clock_ahead_minutes", "purchases.reversal_hours"
_SAME_UNIT = {
    "pin_single_fen": "purchases.pin_single_limit_fen",
    "pin_day_fen": "purchases.pin_day_limit_fen",
    "max_amount_fen": "purchases.most_amount_fen",
    "max_age_days": "purchases.oldest_record_days",
    "surcharge_bp": "cards.temporary_surcharge_bp",
}
"""The policy behind each limit that counts in the policy's own unit."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Reading:
    day: date
    read_at_s: float
    limits: PurchaseLimits


_latest: _Reading | None = None


def limits_now() -> PurchaseLimits:
    """The limits in force today, at most FRESH_S old; inside a caller's transaction those that it sees."""
    global _latest  # noqa: PLW0603 - one reading a process, replaced whole
    today, latest, now_s = clock.today(), _latest, time.monotonic()
    if connection.in_atomic_block:
        return limits_on(today)
    if latest is None or latest.day != today or now_s - latest.read_at_s > FRESH_S:
        latest = _latest = _Reading(today, now_s, limits_on(today))
    return latest.limits


def limits_on(day: date) -> PurchaseLimits:
    """The limits in force on that day, read now."""
    found = policies.numbers_of([*_SAME_UNIT.values(), _AHEAD, _REVERSAL], on=day)
    return PurchaseLimits(
        **{field: found[name] for field, name in _SAME_UNIT.items()},
        max_ahead_s=found[_AHEAD] * 60,
        max_reversal_age_s=found[_REVERSAL] * 3_600,
    )
