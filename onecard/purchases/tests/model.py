"""A card centre in dicts and integers: what purchases should do, told a second time and without a database.

Independent of the SQL and of rules.py on purpose; it speaks names instead of enums. Times are datetimes, money is fen.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

CAMPUS = ZoneInfo("Asia/Shanghai")
PIN_SINGLE, PIN_DAY = 2_500, 5_000
MOST, OLDEST, AHEAD = 100_000, timedelta(days=400), timedelta(seconds=600)
REVERSIBLE = timedelta(hours=24)


@dataclasses.dataclass(frozen=True)
class Slip:
    """One record as the terminal tells it. `extras` is what only the terminal's own record carries."""

    terminal: str
    batch_no: int
    seq: int
    card_no: int
    amount: int
    at: datetime
    version: int | None = None
    counter: int | None = None
    authentic: bool = True

    @property
    def number(self) -> tuple[str, int, int]:
        return self.terminal, self.batch_no, self.seq

    @property
    def asked(self) -> tuple[int, int, datetime]:
        return self.card_no, self.amount, self.at

    @property
    def extras(self) -> tuple[int | None, int | None]:
        return self.version, self.counter


@dataclasses.dataclass
class ModelCard:
    """A card as the model knows it."""

    owner: str
    state: str = "active"
    expires: date | None = None
    lost_at: datetime | None = None
    version: int | None = None
    cancelled_at: datetime | None = None
    temporary: bool = False


@dataclasses.dataclass
class Till:
    """A terminal as the model knows it."""

    merchant: str
    enabled: bool = True
    limit: int | None = None
    hours: tuple[time, time] | None = None


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the first record with a number got."""

    outcome: str
    online: bool
    slip: Slip
    at: datetime
    from_subsidy: int = 0
    on_top: int = 0


@dataclasses.dataclass
class Model:
    """The centre's books."""

    day: date
    cards: dict[int, ModelCard] = dataclasses.field(default_factory=dict)
    tills: dict[str, Till] = dataclasses.field(default_factory=dict)
    cash: dict[str, int] = dataclasses.field(default_factory=lambda: defaultdict(int))
    subsidy: dict[str, int] = dataclasses.field(default_factory=lambda: defaultdict(int))
    owed: dict[str, int] = dataclasses.field(default_factory=lambda: defaultdict(int))
    losses: int = 0
    surcharge_bp: int = 0
    fees: int = 0
    spent: dict[tuple[str, date], int] = dataclasses.field(default_factory=lambda: defaultdict(int))
    answers: dict[tuple[str, int, int], Answer] = dataclasses.field(default_factory=dict)
    reversed: set[tuple[str, int, int]] = dataclasses.field(default_factory=set)
    arrived: dict[tuple[str, int], set[int]] = dataclasses.field(default_factory=lambda: defaultdict(set))
    held: set[tuple[str, bool, Slip]] = dataclasses.field(default_factory=set)
    posted: dict[int, tuple[str, str, int]] = dataclasses.field(default_factory=dict)

    def post(self, purse: str, who: str, amount: int, *, seq: int) -> str:
        """Money in, numbered `seq`."""
        if seq in self.posted:
            return "REPEATED" if self.posted[seq] == (purse, who, amount) else "CONFLICT"
        self.posted[seq] = (purse, who, amount)
        book = self.cash if purse == "cash" else self.subsidy
        book[who] += amount
        return "POSTED"

    def book(self, slips: Sequence[Slip], *, online: bool, now: datetime, pins: Sequence[int]) -> list[str]:
        """Answers in the order given. First every number's first record is looked at, then the second ones, and so on."""
        seen: dict[tuple[str, int, int], int] = defaultdict(int)
        rank = []
        for slip in slips:
            seen[slip.number] += 1
            rank.append(seen[slip.number])
        answers = [""] * len(slips)
        for at in sorted(range(len(slips)), key=lambda at: (rank[at], at)):
            answers[at] = self._one(slips[at], online=online, now=now, pin=pins[at])
        return answers

    def reverse(self, slips: Sequence[Slip], *, now: datetime) -> list[str]:
        """Answers to reversals in the order given."""
        return [self._take_back(slip, now=now) for slip in slips]

    def _take_back(self, slip: Slip, *, now: datetime) -> str:
        first = self.answers.get(slip.number)
        if first is None:
            self.arrived[slip.terminal, slip.batch_no].add(slip.seq)
            self.answers[slip.number] = Answer("DECLINED_REVERSED", True, slip, now)
        elif first.slip.asked != slip.asked:
            return self._hold("REFUSED_CONFLICT", slip, online=True)
        elif slip.number in self.reversed:
            return "REPEATED"
        elif not first.online:
            return self._hold("REFUSED_COLLECTED", slip, online=True)
        elif first.outcome == "APPROVED":
            if now - first.at > REVERSIBLE:
                return self._hold("REFUSED_TOO_LATE", slip, online=True)
            owner = self.cards[slip.card_no].owner
            self.subsidy[owner] += first.from_subsidy
            self.cash[owner] += slip.amount - first.from_subsidy + first.on_top
            self.fees -= first.on_top
            self.owed[self.tills[slip.terminal].merchant] -= slip.amount
        self.reversed.add(slip.number)
        return "REVERSED" if first is not None and first.outcome == "APPROVED" else "NOTHING_BOOKED"

    def missing(self) -> list[tuple[str, int, int, int]]:
        """Runs of missing numbers: (terminal, batch, first, last), counted from 1."""
        runs = []
        for (terminal, batch_no), numbers in self.arrived.items():
            before = 0
            for number in sorted(numbers):
                if number > before + 1:
                    runs.append((terminal, batch_no, before + 1, number - 1))
                before = number
        return sorted(runs)

    def _one(self, slip: Slip, *, online: bool, now: datetime, pin: int) -> str:
        if not online and not slip.authentic:
            return self._hold("HELD_BAD_MAC", slip, online=online)
        self.arrived[slip.terminal, slip.batch_no].add(slip.seq)
        first = self.answers.get(slip.number)
        if first is not None:
            if self._is_same(first, slip, online=online):
                if slip.number in self.reversed:
                    return "REPEATED DECLINED_REVERSED"
                return f"REPEATED {first.outcome}" + _told(first.on_top)
            return self._hold("CONFLICT" if online else "HELD_CONFLICT", slip, online=online)
        subsidy_before, fees_before = sum(self.subsidy.values()), self.fees
        if online:
            outcome = self._ask(slip, now=now, pin=pin)
        else:
            outcome = self._fact(slip, now=now)
            if outcome.startswith("HELD"):
                return self._hold(outcome, slip, online=online)
        on_top = self.fees - fees_before
        self.answers[slip.number] = Answer(outcome, online, slip, now, subsidy_before - sum(self.subsidy.values()), on_top)
        return outcome + _told(on_top)

    def _is_same(self, first: Answer, slip: Slip, *, online: bool) -> bool:
        if first.slip.asked != slip.asked:
            return False
        if online:
            return True
        if first.online:
            return slip.number in self.reversed or not first.outcome.startswith("DECLINED")
        return first.slip.extras == slip.extras

    def _hold(self, reason: str, slip: Slip, *, online: bool) -> str:
        self.held.add((reason, online, slip))
        return reason

    def _ask(self, slip: Slip, *, now: datetime, pin: int) -> str:
        till, card = self.tills[slip.terminal], self.cards.get(slip.card_no)
        here = now.astimezone(CAMPUS)
        if not till.enabled:
            return "DECLINED_TERMINAL_DISABLED"
        if card is None or card.state == "issued":
            return "DECLINED_UNKNOWN_CARD"
        if card.state in ("lost", "frozen"):
            return f"DECLINED_CARD_{card.state.upper()}"
        if card.expires is not None and card.expires < here.date():
            return "DECLINED_CARD_EXPIRED"
        if card.state == "cancelled":
            return "DECLINED_CARD_CLOSED"
        if not _sells(till, at=here.time()):
            return "DECLINED_OUTSIDE_PERIOD"
        if till.limit is not None and slip.amount > till.limit:
            return "DECLINED_OVER_SINGLE_LIMIT"
        return self._pay(slip, card=card, pin=pin)

    def _pay(self, slip: Slip, *, card: ModelCard, pin: int) -> str:
        owner = card.owner
        much = slip.amount > PIN_SINGLE or self.spent[owner, self.day] + slip.amount > PIN_DAY
        if much and pin == 0:
            return "DECLINED_PIN_REQUIRED"
        if pin == 2:
            return "DECLINED_PIN_WRONG"
        if self._lacks(slip, card=card):
            return "DECLINED_INSUFFICIENT"
        self._spend(slip, card=card)
        return "APPROVED"

    def _fact(self, slip: Slip, *, now: datetime) -> str:
        midnight = datetime.combine(self.day, time(0), tzinfo=CAMPUS)
        if not 1 <= slip.amount <= MOST or slip.at > now + AHEAD or slip.at < midnight - OLDEST:
            return "HELD_INVALID"
        card = self.cards.get(slip.card_no)
        if card is None:
            return "HELD_UNKNOWN_CARD"
        reported = card.lost_at is not None and card.lost_at <= slip.at
        known = reported and (slip.version is None or (card.version is not None and slip.version >= card.version))
        overdrawn = not known and self._lacks(slip, card=card)
        expired = card.expires is not None and card.expires < slip.at.astimezone(CAMPUS).date()
        ended = card.cancelled_at is not None and card.cancelled_at <= slip.at
        if known:
            self.losses += slip.amount
            self.owed[self.tills[slip.terminal].merchant] += slip.amount
        else:
            self._spend(slip, card=card)
        odd = reported or overdrawn or expired or ended or card.state in ("frozen", "issued")
        return "BOOKED_FLAGGED" if odd else "BOOKED"

    def _lacks(self, slip: Slip, *, card: ModelCard) -> bool:
        """Subsidies pay prices only; who pays nothing on top may use them while the cash purse is overdrawn."""
        cash, subsidy, on_top = self.cash[card.owner], self.subsidy[card.owner], self._on_top(slip, card=card)
        if on_top == 0:
            return slip.amount > cash + subsidy
        return max(slip.amount - subsidy, 0) + on_top > cash

    def _on_top(self, slip: Slip, *, card: ModelCard) -> int:
        return int(slip.amount * self.surcharge_bp / Decimal(10_000) + Decimal("0.5")) if card.temporary else 0

    def _spend(self, slip: Slip, *, card: ModelCard) -> None:
        owner, on_top = card.owner, self._on_top(slip, card=card)
        from_subsidy = min(self.subsidy[owner], slip.amount)
        self.subsidy[owner] -= from_subsidy
        self.cash[owner] -= slip.amount - from_subsidy + on_top
        self.owed[self.tills[slip.terminal].merchant] += slip.amount
        self.fees += on_top
        self.spent[owner, self.day] += slip.amount + on_top


def _told(on_top: int) -> str:
    return f" +{on_top}" if on_top else ""


def _sells(till: Till, *, at: time) -> bool:
    if till.hours is None:
        return True
    opens, closes = till.hours
    return opens <= at < closes if opens < closes else (at >= opens or at < closes)
