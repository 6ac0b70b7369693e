"""Find a place in a big table by a value that never falls as ids grow (a business date), without an index on it."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Min, QuerySet


def first_id(rows: QuerySet[Any], *, field: str, least: Any) -> int | None:
    """The smallest id whose `field` is at least `least`; None when there is none. About log2(rows) look-ups by primary key."""
    ends = rows.aggregate(low=Min("pk"), high=Max("pk"))
    low, high = ends["low"], ends["high"]
    if low is None or _row_from(rows, high, field=field)[1] < least:
        return None
    while low < high:
        middle = (low + high) // 2
        found, value = _row_from(rows, middle, field=field)
        low, high = (low, middle) if value >= least else (found + 1, high)
    return _row_from(rows, low, field=field)[0]


def _row_from(rows: QuerySet[Any], pk: int, *, field: str) -> tuple[int, Any]:
    found: tuple[int, Any] = rows.filter(pk__gte=pk).order_by("pk").values_list("pk", field)[0]
    return found
