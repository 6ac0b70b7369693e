"""What must hold before a month is closed (DESIGN §4.8): its days are as they were sealed, its sums are those of the accounts."""

from __future__ import annotations

from onecard.kernel import sql
from onecard.ledger import queries as ledger
from onecard.months.types import Check, CheckFailure, MonthSpan

_NO_MORE = (1 << 63) - 1


def run_checks(span: MonthSpan) -> tuple[CheckFailure, ...]:
    """The checks that fail for the month, with the rows. Changes nothing; costs one pass over the month's transfers."""
    after = ledger.first_day_balance_after(span.last_day)
    arguments = {
        "since": span.first_day,
        "until": span.last_day,
        "first_balance_id": ledger.first_day_balance_on(span.first_day) or _NO_MORE,
        "last_balance_id": _NO_MORE if after is None else after - 1,
    }
    found = []
    for check in Check:
        rows = sql.named(sql.text_of("months", f"queries/{check.value}"), arguments)
        if rows:
            found.append(CheckFailure(check, tuple(rows)))
    return tuple(found)
