"""每日检查参数: do the values in force make sense together? Pure rules over all values; rooms above add checks of their own rows.

A room above this one has a module `policy_checks` with `CHECKS`, functions from the values to findings; it is found by its name
alone (`previews.in_rooms`). Faults need somebody to act, notes only to know.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.policies import rules
from onecard.policies.catalogue import POLICIES
from onecard.policies.types import Value

Values = Mapping[str, Value]
Check = Callable[[Values], "Iterator[Finding]"]


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: the policies it is about, what is strange (in words, or about `place`), and whether it is a fault."""

    names: tuple[str, ...]
    text: Any
    is_fault: bool = True
    place: str = ""


NOT_ABOVE = (
    ("purchases.pin_single_limit_fen", "purchases.pin_day_limit_fen", _("The PIN's single limit is above its day limit.")),
    ("purchases.pin_day_limit_fen", "people.balance_cap_fen", _("The PIN's day limit is above what a purse can hold.")),
    (
        "purchases.pin_single_limit_fen",
        "purchases.most_amount_fen",
        _("The PIN would be asked above what is taken as a purchase."),
    ),
    ("counter.least_deposit_fen", "counter.most_deposit_fen", _("The least deposit is above the most.")),
    ("counter.most_deposit_fen", "people.balance_cap_fen", _("The most that is taken as a deposit is above the balance cap.")),
    (
        "counter.withdrawal_single_limit_fen",
        "counter.withdrawal_day_limit_fen",
        _("A single withdrawal may exceed the day's limit."),
    ),
    (
        "counter.withdrawal_second_person_fen",
        "counter.withdrawal_single_limit_fen",
        _("No withdrawal ever needs a second person: that amount is above the single limit."),
    ),
    ("counter.float_fen", "counter.safe_limit_fen", _("A till's float is above what the safe may hold.")),
    ("counter.till_tolerance_fen", "counter.float_fen", _("The tills' tolerance is above their float.")),
    ("cards.temporary_deposit_fen", "people.balance_cap_fen", _("The deposit for a temporary card is above the balance cap.")),
    ("cards.replacement_fee_fen", "people.balance_cap_fen", _("The fee for a replacement is above the balance cap.")),
    ("people.leaver_waiting_days", "purchases.oldest_record_days", _("Leavers wait longer than any record is taken.")),
    ("closing.card_difference_days", "purchases.oldest_record_days", _("A difference may wait longer than any record is taken.")),
)
"""Pairs of which the first must not be above the second, and what is strange if it is."""


def faults_in(values: Values) -> Iterator[Finding]:
    """What contradicts itself among the values."""
    for name, value in values.items():
        if not rules.fits(POLICIES[name], value):
            yield Finding((name,), _("The value is not one that the policy can have any more."))
    for low, high, text in NOT_ABOVE:
        if _number(values[low]) > _number(values[high]):
            yield Finding((low, high), text)
    yield from _window_faults(values["counter.deposit_windows"])
    if values["counter.withdrawal_allowed"] is True and not values["counter.withdrawal_single_limit_fen"]:
        names = ("counter.withdrawal_allowed", "counter.withdrawal_single_limit_fen")
        yield Finding(names, _("Withdrawals are on, but their single limit is zero."))


def _number(value: Value) -> int:
    return value if isinstance(value, int) else 0


def _window_faults(value: Value) -> Iterator[Finding]:
    texts = value if isinstance(value, list) else []
    if not texts:
        yield Finding(("counter.deposit_windows",), _("There is no window for deposits: every deposit needs an approved reason."))
    texts = [text for text in texts if rules.fits(POLICIES["counter.deposit_windows"], [text])]
    windows = sorted((day, one.opens_at, one.closes_at) for one in map(rules.window, texts) for day in one.weekdays)
    if any(one[0] == other[0] and other[1] < one[2] for one, other in itertools.pairwise(windows)):
        yield Finding(("counter.deposit_windows",), _("Two windows for deposits overlap."))


def notes_on(values: Values, *, begun_today: Collection[str]) -> Iterator[Finding]:
    """What is good to know: which values began today, and which are not the usual ones."""
    for name, value in values.items():
        if name in begun_today:
            yield Finding((name,), _("Begins today."), is_fault=False)
        if value != POLICIES[name].default:
            yield Finding((name,), _("Not the usual value."), is_fault=False)
