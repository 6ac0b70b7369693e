"""The counter in plain Python, written from BUSINESS (Money in) and clauses S3-S4, without the room's code. Amounts in fen."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from typing import Any

LEAST, MOST, CAP = 100, 100_000, 100_000
SINGLE, DAY, SECOND = 50_000, 100_000, 20_000
SAFE_LIMIT = 5_000_000
REVERSIBLE = timedelta(minutes=480)
WINDOWS = ((8 * 60 + 30, 11 * 60 + 30), (14 * 60, 17 * 60))


@dataclasses.dataclass
class Slip:
    """What a clerk gave a receipt for; `reversed` once it was taken back."""

    till: str
    shift: int
    kind: str
    who: str
    amount: int
    at: datetime
    day: int
    reversed: bool = False


@dataclasses.dataclass
class Shift:
    """A clerk at a till."""

    till: str
    clerk: str
    state: str = "open"
    counts: int = 0
    difference: int = 0
    counted: int = 0
    kept: int = 0
    handover: int | None = None


@dataclasses.dataclass
class Handover:
    """Cash on its way."""

    by: str
    amount: int
    state: str = "on_the_way"
    seal: str = ""
    was_stored: bool = False


@dataclasses.dataclass
class Model:
    """Who has what, and what would be answered."""

    purse: dict[str, int]
    left: set[str]
    drawer: dict[str, int]
    day: int = 0
    safe: int = 0
    on_the_way: int = 0
    received: int = 0
    over_short: int = 0
    slips: list[Slip] = dataclasses.field(default_factory=list)
    shifts: list[Shift] = dataclasses.field(default_factory=list)
    handovers: list[Handover] = dataclasses.field(default_factory=list)
    forms: dict[Any, tuple[str, str, int, int]] = dataclasses.field(default_factory=dict)

    def going(self, clerk: str) -> int | None:
        """The clerk's shift that is not closed."""
        return next((at for at, one in enumerate(self.shifts) if one.clerk == clerk and one.state != "closed"), None)

    def working(self, clerk: str) -> int | None:
        """The clerk's open shift."""
        at = self.going(clerk)
        return at if at is not None and self.shifts[at].state == "open" else None

    def open_shift(self, clerk: str, till: str, float_fen: int) -> str:
        """Begin to work."""
        if any(one.till == till and one.state != "closed" for one in self.shifts):
            return "REFUSED_TILL_IN_USE"
        if self.going(clerk) is not None:
            return "REFUSED_HAS_SHIFT"
        if float_fen != self.drawer[till]:
            return "REFUSED_FLOAT_DIFFERS"
        self.shifts.append(Shift(till, clerk))
        return "DONE"

    def _sent_before(self, form: Any, kind: str, who: str, amount: int) -> str | None:
        if form not in self.forms:
            return None
        return "REPEATED" if self.forms[form][:3] == (kind, who, amount) else "REFUSED_KEY_TAKEN"

    def deposit(self, clerk: str, who: str, amount: int, *, form: Any, now: datetime) -> str:
        """Cash into the drawer, money into the purse."""
        if (said := self._sent_before(form, "deposit", who, amount)) is not None:
            return said
        shift, minute = self.working(clerk), now.hour * 60 + now.minute
        if shift is None:
            return "REFUSED_NO_SHIFT"
        if who in self.left:
            return "REFUSED_PERSON_LEFT"
        if not LEAST <= amount <= MOST:
            return "REFUSED_AMOUNT"
        if now.isoweekday() > 5 or not any(since <= minute < until for since, until in WINDOWS):
            return "REFUSED_OUTSIDE_WINDOW"
        if self.purse[who] + amount > CAP:
            return "REFUSED_ABOVE_CAP"
        return self._book(shift, "deposit", who, amount, form=form, now=now)

    def withdraw(self, clerk: str, who: str, amount: int, *, seen: bool, form: Any, now: datetime) -> str:
        """Cash out of the drawer, from the purse."""
        if (said := self._sent_before(form, "withdrawal", who, amount)) is not None:
            return said
        shift = self.working(clerk)
        if shift is None:
            return "REFUSED_NO_SHIFT"
        refused = self._not_payable(self.shifts[shift], who, amount, seen=seen)
        return refused or self._book(shift, "withdrawal", who, amount, form=form, now=now)

    def _not_payable(self, shift: Shift, who: str, amount: int, *, seen: bool) -> str | None:
        if not 0 < amount <= SINGLE:
            return "REFUSED_AMOUNT"
        if not seen:
            return "REFUSED_NOT_IDENTIFIED"
        paid = sum(
            one.amount for one in self.slips if (one.kind, one.who, one.day, one.reversed) == ("withdrawal", who, self.day, False)
        )
        if paid + amount > DAY:
            return "REFUSED_DAY_LIMIT"
        if amount > SECOND:
            return "REFUSED_NEEDS_SECOND_PERSON"
        if amount > self.purse[who]:
            return "REFUSED_INSUFFICIENT"
        return "REFUSED_DRAWER_SHORT" if amount > self.drawer[shift.till] else None

    def reverse(self, clerk: str, at: int, *, form: Any, now: datetime) -> str:
        """Take a slip back."""
        slip, shift = self.slips[at], self.working(clerk)
        if (said := self._sent_before(form, "reversal", slip.who, slip.amount)) is not None:
            return said
        if shift is None:
            return "REFUSED_NO_SHIFT"
        refused = self._not_reversible(slip, shift=shift, now=now)
        if refused is not None:
            return refused
        slip.reversed = True
        kind = "reversal of deposit" if slip.kind == "deposit" else "reversal of withdrawal"
        return self._book(shift, kind, slip.who, slip.amount, form=form, now=now)

    def _not_reversible(self, slip: Slip, *, shift: int, now: datetime) -> str | None:
        if slip.shift != shift:
            return "REFUSED_NOT_OWN_SHIFT"
        if slip.kind.startswith("reversal"):
            return "REFUSED_IS_REVERSAL"
        if slip.reversed:
            return "REFUSED_REVERSED"
        if now - slip.at > REVERSIBLE:
            return "REFUSED_TOO_LATE"
        if slip.kind == "deposit" and self.purse[slip.who] < slip.amount:
            return "REFUSED_SPENT"
        if slip.kind == "deposit" and self.drawer[slip.till] < slip.amount:
            return "REFUSED_DRAWER_SHORT"
        return None

    def _book(self, shift: int, kind: str, who: str, amount: int, *, form: Any, now: datetime) -> str:
        till = self.shifts[shift].till
        sign = 1 if kind in ("deposit", "reversal of withdrawal") else -1
        self.purse[who] += sign * amount
        self.drawer[till] += sign * amount
        self.slips.append(Slip(till, shift, kind, who, amount, now, self.day))
        self.forms[form] = kind.partition(" ")[0], who, amount, len(self.slips) - 1
        return "DONE"

    def count(self, clerk: str, at: int, total: int, explanation: str) -> str:
        """Count the drawer blind."""
        shift = self.shifts[at]
        if shift.state not in ("open", "counting"):
            return "REFUSED_STATE"
        if shift.clerk != clerk:
            return "REFUSED_NOT_OWN_SHIFT"
        if shift.counts == 3:
            return "REFUSED_COUNT"
        differs = total != self.drawer[shift.till]
        if differs and shift.counts and not explanation:
            return "REFUSED_NO_REASON"
        shift.counts += 1
        if differs and shift.counts == 1:
            shift.state = "counting"
            return "COUNT_AGAIN"
        shift.state, shift.counted, shift.difference = "counted", total, total - self.drawer[shift.till]
        return "DIFFERS" if differs else "DONE"

    def close(self, closer: str, at: int, kept: int, *, is_approved: bool) -> str:
        """Take the takings out of the drawer."""
        shift = self.shifts[at]
        if shift.state == "closed":
            return "REPEATED"
        if shift.state != "counted":
            return "REFUSED_STATE"
        if shift.clerk == closer:
            return "REFUSED_OWN_SHIFT"
        if shift.difference and not is_approved:
            return "REFUSED_ABOVE_TOLERANCE"
        if kept > shift.counted:
            return "REFUSED_FLOAT_TOO_HIGH"
        shift.state, shift.kept = "closed", kept
        self.over_short -= shift.difference
        self.drawer[shift.till] = kept
        self.on_the_way += shift.counted - kept
        return "DONE"

    def hand_over(self, by: str) -> str:
        """All closed shifts' cash goes on one list."""
        waiting = [one for one in self.shifts if one.state == "closed" and one.handover is None]
        amount = sum(one.counted - one.kept for one in waiting)
        if amount == 0:
            return "REFUSED_NOTHING"
        self.handovers.append(Handover(by, amount))
        for one in waiting:
            one.handover = len(self.handovers) - 1
        return "DONE"

    def store(self, by: str, at: int, *, seal: str, witness: str, is_right: bool) -> str:
        """Into the safe."""
        one = self.handovers[at]
        if one.state == "in_safe":
            return "REPEATED"
        if one.state != "on_the_way":
            return "REFUSED_STATE"
        if not seal or one.was_stored:
            return "REFUSED_BAG"
        if by == witness:
            return "REFUSED_SAME_PERSON"
        if not is_right:
            return "REFUSED_WITNESS"
        if self.safe + one.amount > SAFE_LIMIT:
            return "REFUSED_SAFE_LIMIT"
        one.state, one.seal, one.was_stored = "in_safe", seal, True
        self.safe += one.amount
        self.on_the_way -= one.amount
        return "DONE"

    def take_out(self, at: int, seal: str) -> str:
        """Out of the safe."""
        one = self.handovers[at]
        if one.state != "in_safe":
            return "REFUSED_STATE"
        if seal != one.seal:
            return "REFUSED_BAG"
        one.state = "on_the_way"
        self.safe -= one.amount
        self.on_the_way += one.amount
        return "DONE"

    def confirm(self, by: str, at: int, counted: int) -> str:
        """Finance's signature."""
        one = self.handovers[at]
        if one.state == "received":
            return "REPEATED"
        if one.state != "on_the_way":
            return "REFUSED_STATE"
        if one.by == by:
            return "REFUSED_SAME_PERSON"
        if counted != one.amount:
            return "REFUSED_AMOUNT_DIFFERS"
        one.state = "received"
        self.on_the_way -= one.amount
        self.received += one.amount
        return "DONE"
