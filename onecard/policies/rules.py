"""Pure decisions of the room: what is a value of a policy, how it is written, and whether it may be set or withdrawn."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import date, time

from onecard.policies.types import NUMBERS, Policy, PolicyKind, PolicyOutcome, Value, Window

MOST_DAYS_AHEAD = 3 * 366
MOST_WINDOWS = 20
_WINDOW = re.compile(r"([1-7])(?:-([1-7]))? ([0-2]\d:[0-5]\d)-([0-2]\d:[0-5]\d)")


def window(text: str) -> Window:
    """`1-5 08:30-11:30` as a window: Monday to Friday; `6 09:00-12:00`: Saturdays. ValueError says what is wrong."""
    found = _WINDOW.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not like 1-5 08:30-11:30")
    first, last = int(found[1]), int(found[2] or found[1])
    opens_at, closes_at = time.fromisoformat(found[3]), time.fromisoformat(found[4])
    if first > last or opens_at >= closes_at:
        raise ValueError(f"{text!r} ends before it begins")
    return Window(frozenset(range(first, last + 1)), opens_at, closes_at)


def is_open(windows: tuple[Window, ...], *, weekday: int, at: time) -> bool:
    """Whether one of the windows is open at this time of day on this day of the week (1 Monday to 7 Sunday)."""
    return any(weekday in one.weekdays and one.opens_at <= at < one.closes_at for one in windows)


def month_day(text: str) -> tuple[int, int]:
    """`11-30` as (month, day); a day that every year has. ValueError says what is wrong."""
    if re.fullmatch(r"\d\d-\d\d", text) is None:
        raise ValueError(f"{text!r} is not like 11-30")
    found = date.fromisoformat(f"2001-{text}")
    return found.month, found.day


def fits(policy: Policy, value: object) -> bool:
    """Whether the policy can have this value: of its kind, in its canonical form and within its bounds."""
    if policy.kind in NUMBERS:
        return type(value) is int and policy.least <= value <= policy.most
    if policy.kind is PolicyKind.FLAG:
        return type(value) is bool
    if policy.kind is PolicyKind.CHOICE:
        return value in [one for one, _words in policy.choices]
    if policy.kind is PolicyKind.WINDOWS:
        return isinstance(value, list) and len(value) <= MOST_WINDOWS and all(_reads(window, one) for one in value)
    if policy.kind is PolicyKind.MONTH_DAY:
        return _reads(month_day, value)
    return isinstance(value, str) and re.fullmatch(r"\d\d:\d\d", value) is not None and _reads(time.fromisoformat, value)


def _reads(read: Callable[[str], object], value: object) -> bool:
    try:
        read(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


@dataclasses.dataclass(frozen=True, slots=True)
class SettingFacts:
    """What a decision on setting a value needs to know. `value_then` is what is in force on `effective_from` without it."""

    policy: Policy | None
    value: object
    value_then: Value | None
    reason: str
    effective_from: date
    today: date


def judge_setting(facts: SettingFacts) -> PolicyOutcome:
    """Whether the value may be set; the first line that applies wins."""
    if facts.policy is None:
        return PolicyOutcome.REFUSED_UNKNOWN
    in_order = (
        (not facts.reason.strip(), PolicyOutcome.REFUSED_NO_REASON),
        (not fits(facts.policy, facts.value), PolicyOutcome.REFUSED_VALUE),
        (facts.effective_from < facts.today, PolicyOutcome.REFUSED_IN_THE_PAST),
        ((facts.effective_from - facts.today).days > MOST_DAYS_AHEAD, PolicyOutcome.REFUSED_TOO_FAR),
        (facts.value == facts.value_then, PolicyOutcome.REPEATED),
    )
    return next((outcome for applies, outcome in in_order if applies), PolicyOutcome.DONE)


def judge_withdrawal(*, effective_from: date, is_withdrawn: bool, reason: str, today: date) -> PolicyOutcome:
    """Whether a value may be withdrawn: only before it begins; what was in force stays in force for its days."""
    in_order = (
        (not reason.strip(), PolicyOutcome.REFUSED_NO_REASON),
        (is_withdrawn, PolicyOutcome.REPEATED),
        (effective_from <= today, PolicyOutcome.REFUSED_BEGUN),
    )
    return next((outcome for applies, outcome in in_order if applies), PolicyOutcome.DONE)
