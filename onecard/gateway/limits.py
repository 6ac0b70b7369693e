"""How often a terminal, or an address without a session, may ask: token buckets, bounded in number."""

from __future__ import annotations

import time
from collections import OrderedDict

from onecard.gateway.refusals import refused

MOST_CALLERS = 50_000


class RateLimit:
    """`rate` requests a second for each caller, `burst` at once."""

    def __init__(self, *, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[object, tuple[float, float]] = OrderedDict()

    def take(self, caller: object) -> None:
        """Count one request; raises Refused (TOO_MANY) when the caller has to wait."""
        now = time.monotonic()
        level, since = self._buckets.pop(caller, (self._burst, now))
        level = min(self._burst, level + (now - since) * self._rate)
        allowed = level >= 1
        self._buckets[caller] = (level - 1 if allowed else level, now)
        if len(self._buckets) > MOST_CALLERS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise refused("TOO_MANY", retry_after_s=max(1, round((1 - level) / self._rate)))
