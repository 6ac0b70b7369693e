"""When a batch may be cancelled and a refund claimed: pure decisions, tested as tables (clause S7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from onecard.leavers.types import AgeLine, LeaverOutcome, LeaverState, UnclaimedState

AGES = (0, 30, 90, 180, 365)
"""账龄段: after how many days a line of the ageing begins."""


def judge_cancelling(
    *, frozen_at: datetime | None, cancelled_at: datetime | None, now: datetime, wait: timedelta, missing: int
) -> LeaverOutcome:
    """Whether the frozen cards may be cancelled: after the waiting time, when no number of a terminal they used is missing."""
    in_order = (
        (cancelled_at is not None, LeaverOutcome.REPEATED),
        (frozen_at is None, LeaverOutcome.REFUSED_NOT_FROZEN),
        (frozen_at is not None and now < frozen_at + wait, LeaverOutcome.REFUSED_WAITING),
        (missing > 0, LeaverOutcome.REFUSED_MISSING_NUMBERS),
    )
    return next((outcome for applies, outcome in in_order if applies), LeaverOutcome.DONE)


def settled_as(cash_fen: int) -> LeaverState:
    """What a leaver is after cancelling, by what was in the cash purse."""
    if cash_fen > 0:
        return LeaverState.PAYABLE
    return LeaverState.OWING if cash_fen < 0 else LeaverState.NOTHING_DUE


def judge_claim(state: LeaverState, *, failed_at: datetime, now: datetime, years: int) -> LeaverOutcome:
    """Whether a failed refund may be claimed: within the policy's years after it failed."""
    in_order = (
        (state is LeaverState.CLAIMED, LeaverOutcome.REPEATED),
        (state is not LeaverState.FAILED, LeaverOutcome.REFUSED_NOT_FAILED),
        (now > failed_at + timedelta(days=366 * years), LeaverOutcome.REFUSED_TOO_LATE),
    )
    return next((outcome for applies, outcome in in_order if applies), LeaverOutcome.DONE)


def years_before(day: date, *, years: int) -> date:
    """The same day so many years earlier; of a 29 February the 28th where that year has none."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - years, day=28 if is_leap_day and (day.year - years) % 4 else day.day)


def judge_booking(*, noticed_at: datetime, booked_at: datetime | None, now: datetime, notice: timedelta) -> LeaverOutcome:
    """Whether a list's balances may be booked to unclaimed balances: once, and when the notice has run."""
    if booked_at is not None:
        return LeaverOutcome.REPEATED
    return LeaverOutcome.REFUSED_NOTICE if now < noticed_at + notice else LeaverOutcome.DONE


def judge_late_claim(state: UnclaimedState) -> LeaverOutcome:
    """Whether an unclaimed balance may be paid: at any time, once. Nothing is forfeited."""
    if state is UnclaimedState.CLAIMED:
        return LeaverOutcome.REPEATED
    return LeaverOutcome.DONE if state is UnclaimedState.UNCLAIMED else LeaverOutcome.REFUSED_NOT_UNCLAIMED


def aged(refunds: Iterable[tuple[date, int]], unclaimed: Iterable[tuple[date, int]], *, today: date) -> tuple[AgeLine, ...]:
    """The ageing of (since when, fen): a line for each of AGES, all of them together everything."""
    sums = [[0, 0, 0, 0] for _ in AGES]
    for column, balances in ((0, refunds), (2, unclaimed)):
        for since, amount_fen in balances:
            line = max(at for at, over in enumerate(AGES) if at == 0 or (today - since).days > over)
            sums[line][column] += 1
            sums[line][column + 1] += amount_fen
    return tuple(AgeLine(over, *line) for over, line in zip(AGES, sums, strict=True))
