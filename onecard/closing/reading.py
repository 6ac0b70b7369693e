"""Rows of the room's own query files by column name."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

from onecard.kernel import sql


@dataclasses.dataclass(frozen=True, slots=True)
class DayRange:
    """A business day and the ids of its first and last transfer; both None when it has none."""

    day: date
    first_id: int | None
    last_id: int | None


def rows(query: str, **arguments: Any) -> list[dict[str, Any]]:
    """The rows of `sql/queries/<query>.sql` with these named arguments, on the default connection.

    Planned anew each time: a plan that was kept from a day with a few transfers takes minutes on one with thousands.
    """
    return sql.named(sql.text_of("closing", f"queries/{query}"), arguments, prepare=False)


def range_of_open_day(day: date) -> DayRange:
    """The open day's range as it stands; final once the day lock is held."""
    [(first_id, last_id)] = sql.call("select first_id, last_id from ledger_range_of_open_day_v1()")
    return DayRange(day=day, first_id=first_id, last_id=last_id)
