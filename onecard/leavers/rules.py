"""When a batch may be cancelled and a refund claimed: pure decisions, tested as tables (clause S7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from onecard.leavers.types import LeaverOutcome, LeaverState


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
