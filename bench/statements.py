"""A merchant's statement against a bare GROUP BY over the same transfers."""

from __future__ import annotations

import time
from datetime import date

import psycopg

from bench.copying import owner, seconds_of

RATE_FROM = date(2020, 1, 1)
BARE = """
select source_id, count(*), sum(amount_fen) from ledger_transfer
where credit_account_id = %s group by source_id
"""


def largest_account() -> tuple[int, int]:
    """The payable account with the most transfers, and how many those are."""
    with psycopg.connect(**owner()) as connection:
        row = connection.execute(
            "select credit_account_id, count(*) from ledger_transfer where kind = 1 group by 1 order by 2 desc limit 1"
        ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def drafting_s(account_id: int) -> float:
    """Seconds to draft the statement of everything on the account: three meals, one across midnight, and a rate changed once."""
    from onecard.merchants.types import RateLine
    from onecard.settlement.drafting import Range, draft_of
    from onecard.settlement.types import MealSpan, Terms

    rates = (RateLine(RATE_FROM, 100), RateLine(date(2026, 1, 1), 150))
    meals = (MealSpan("breakfast", 360, 540), MealSpan("lunch", 630, 840), MealSpan("night", 1_260, 120))
    period = Range(account_id, RATE_FROM, date(2100, 1, 1), 0, 2**62)
    started = time.perf_counter()
    draft_of(period, terms=Terms(rates, meals), opening_fen=0)
    return time.perf_counter() - started


def bare_s(account_id: int) -> float:
    """Seconds of the yardstick."""
    return seconds_of(BARE, [account_id])
