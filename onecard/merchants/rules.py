"""Pure decisions of the room: which rate holds, when a period ends, which terms may be agreed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from onecard.merchants.types import MOST_OF_A_MINIMUM_FEN, MOST_OF_A_RATE_BP, ContractOutcome, Cycle, RateLine

HALF = 15
"""A month's first half ends with this day."""


def rate_on(rates: Sequence[RateLine], day: date) -> RateLine:
    """The rate of what occurred on that day: the last that had begun; before all of them the first. IndexError without rates.

    So every sale has one, also a late record from before the contract and a sale after its end.
    """
    ordered = sorted(rates)
    begun = [rate for rate in ordered if rate.from_day <= day]
    return begun[-1] if begun else ordered[0]


def end_of_period(first_day: date, *, cycle: Cycle) -> date:
    """The last day of the settlement period that has this day in it: the day, its Sunday, its half or whole month's end."""
    end_of_month = first_day.replace(day=monthrange(first_day.year, first_day.month)[1])
    ends = {
        Cycle.DAY: first_day,
        Cycle.WEEK: first_day + timedelta(days=7 - first_day.isoweekday()),
        Cycle.HALF_MONTH: first_day.replace(day=HALF) if first_day.day <= HALF else end_of_month,
        Cycle.MONTH: end_of_month,
    }
    return ends[cycle]


def are_terms(*, fee_rate_bp: int, minimum_fee_fen: int) -> bool:
    """Whether such a fee may be agreed."""
    return 0 <= fee_rate_bp <= MOST_OF_A_RATE_BP and 0 <= minimum_fee_fen <= MOST_OF_A_MINIMUM_FEN


def judge_rate(rate: RateLine, *, begins_on: date, ends_on: date | None, settled_through: date | None) -> ContractOutcome:
    """Whether a contract may have this rate from its day on; the first line that applies wins. What is settled stays."""
    in_order = (
        (not are_terms(fee_rate_bp=rate.fee_rate_bp, minimum_fee_fen=rate.minimum_fee_fen), ContractOutcome.REFUSED_TERMS),
        (settled_through is not None and rate.from_day <= settled_through, ContractOutcome.REFUSED_TOO_LATE),
        (rate.from_day < begins_on or (ends_on is not None and rate.from_day > ends_on), ContractOutcome.REFUSED_OUTSIDE),
    )
    return next((outcome for applies, outcome in in_order if applies), ContractOutcome.DONE)
