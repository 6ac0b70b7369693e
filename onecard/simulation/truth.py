"""The true books of a simulated campus: plain Python, written from DESIGN §4-§5 and BUSINESS, sharing no code with the system.

One event after the other, one dictionary a thing. Outcomes are the names that the system's enum uses.
"""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from onecard.simulation.campus import Campus
from onecard.simulation.day import CardEvent, MoneyIn, Slip

PIN_SINGLE_FEN = 2_500
PIN_DAY_FEN = 5_000
LARGEST_FEN = 100_000
CAP_FEN = 100_000
REVERSIBLE = timedelta(hours=24)
Number = tuple[str, int, int]


@dataclasses.dataclass(slots=True)
class CardTruth:
    """What is true of a card."""

    person_no: str
    expires_on: date | None
    lost_at: datetime | None = None
    lost_version: int = 0
    cancelled_at: datetime | None = None


class Books:
    """The true books. Money is in fen."""

    def __init__(self, campus: Campus) -> None:
        self.cash: Counter[str] = Counter({holder.person_no: 0 for holder in campus.holders})
        self.subsidy: Counter[str] = Counter()
        self.payable: Counter[str] = Counter({shop.code: 0 for shop in campus.shops})
        self.bank = self.receivable = self.losses = 0
        self.held: set[tuple[Number, str, Slip]] = set()
        self.received: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        self._cards = {h.card_no: CardTruth(h.person_no, h.expires_on) for h in campus.holders}
        self._shop_of = {till.code: till.shop for till in campus.tills}
        self._answers: dict[Number, tuple[Slip, str]] = {}
        self._approved: dict[Number, tuple[datetime, int]] = {}
        """When it was approved, and how much of it came from the subsidy."""
        self._reversed: set[Number] = set()
        self._spent: Counter[str] = Counter()

    def begin_day(self) -> None:
        """Day limits count from nothing again."""
        self._spent.clear()

    def transfer(self, money: MoneyIn) -> None:
        """Money from the bank."""
        self.cash[money.person_no] += money.amount_fen
        self.bank += money.amount_fen

    def deposit(self, money: MoneyIn) -> str:
        """Cash at the counter; it is the centre's like money at the bank, wherever it lies until finance has it."""
        if self.cash[money.person_no] + money.amount_fen > CAP_FEN:
            return "REFUSED_ABOVE_CAP"
        self.transfer(money)
        return "DONE"

    def refund(self, person_no: str) -> None:
        """A leaver is paid what the cash purse holds."""
        self.bank -= self.cash[person_no]
        self.cash[person_no] = 0

    def grant(self, money: MoneyIn) -> None:
        """A subsidy."""
        self.subsidy[money.person_no] += money.amount_fen
        self.receivable += money.amount_fen

    def card_event(self, event: CardEvent) -> None:
        """A card is lost, found or replaced."""
        card = self._cards[event.card_no]
        if event.what == "lost":
            card.lost_at, card.lost_version = event.at, event.version
        elif event.what == "found":
            card.lost_at = None
        else:
            card.cancelled_at = event.at
            self._cards[event.new_card_no] = CardTruth(card.person_no, card.expires_on)

    def ask(self, slip: Slip, *, now: datetime) -> str:
        """Answer an online request."""
        number = (slip.till, slip.batch_no, slip.seq)
        self.received[slip.till, slip.batch_no].add(slip.seq)
        if number in self._answers:
            if _content(self._answers[number][0]) == _content(slip):
                return "REPEATED"
            self.held.add((number, "CONFLICT", slip))
            return "CONFLICT"
        outcome = self._answer(slip, now=now)
        self._answers[number] = (slip, outcome)
        if outcome == "APPROVED":
            self._approved[number] = now, self._spend(self._cards[slip.card_no].person_no, slip)
        return outcome

    def take_back(self, slip: Slip, *, now: datetime) -> str:
        """Answer a reversal. The day's spending stays as it was."""
        number = (slip.till, slip.batch_no, slip.seq)
        self.received[slip.till, slip.batch_no].add(slip.seq)
        outcome = self._taken_back(slip, number=number, now=now)
        if outcome.startswith("REFUSED"):
            self.held.add((number, outcome, slip))
        elif outcome != "REPEATED":
            self._reversed.add(number)
        return outcome

    def _taken_back(self, slip: Slip, *, number: Number, now: datetime) -> str:
        first, answer = self._answers.setdefault(number, (slip, "DECLINED_REVERSED"))
        if _content(first) != _content(slip):
            return "REFUSED_CONFLICT"
        if number in self._reversed:
            return "REPEATED"
        if answer.startswith("BOOKED"):
            return "REFUSED_COLLECTED"
        if answer != "APPROVED":
            return "NOTHING_BOOKED"
        approved_at, from_subsidy = self._approved[number]
        if now - approved_at > REVERSIBLE:
            return "REFUSED_TOO_LATE"
        person_no = self._cards[slip.card_no].person_no
        self.subsidy[person_no] += from_subsidy
        self.cash[person_no] += slip.amount_fen - from_subsidy
        self.payable[self._shop_of[slip.till]] -= slip.amount_fen
        return "REVERSED"

    def _answer(self, slip: Slip, *, now: datetime) -> str:
        card = self._cards.get(slip.card_no)
        if card is None:
            return "DECLINED_UNKNOWN_CARD"
        if card.lost_at is not None and card.cancelled_at is None:
            return "DECLINED_CARD_LOST"
        if card.expires_on is not None and card.expires_on < now.date():
            return "DECLINED_CARD_EXPIRED"
        if card.cancelled_at is not None:
            return "DECLINED_CARD_CLOSED"
        return self._answer_by_money(slip, person_no=card.person_no)

    def _answer_by_money(self, slip: Slip, *, person_no: str) -> str:
        needs_pin = slip.amount_fen > PIN_SINGLE_FEN or self._spent[person_no] + slip.amount_fen > PIN_DAY_FEN
        if needs_pin and slip.pin == "NOT_GIVEN":
            return "DECLINED_PIN_REQUIRED"
        if slip.pin == "WRONG":
            return "DECLINED_PIN_WRONG"
        if slip.amount_fen > self.cash[person_no] + self.subsidy[person_no]:
            return "DECLINED_INSUFFICIENT"
        return "APPROVED"

    def collect(self, slip: Slip) -> str:
        """Take in a collected record."""
        number = (slip.till, slip.batch_no, slip.seq)
        outcome = self._taken_in(slip, number=number)
        if outcome.startswith("HELD"):
            self.held.add((number, outcome, slip))
        if not slip.is_torn:
            self.received[slip.till, slip.batch_no].add(slip.seq)
        return outcome

    def _taken_in(self, slip: Slip, *, number: Number) -> str:
        if slip.is_torn:
            return "HELD_BAD_MAC"
        if number in self._answers:
            return "REPEATED" if _content(self._answers[number][0]) == _content(slip) else "HELD_CONFLICT"
        if not 0 < slip.amount_fen <= LARGEST_FEN:
            return "HELD_INVALID"
        if slip.card_no not in self._cards:
            return "HELD_UNKNOWN_CARD"
        outcome = "BOOKED_FLAGGED" if self._book(slip, card=self._cards[slip.card_no]) else "BOOKED"
        self._answers[number] = (slip, outcome)
        return outcome

    def _book(self, slip: Slip, *, card: CardTruth) -> bool:
        """Book a fact; True when somebody should look at it. A loss that the till knew of is the centre's."""
        was_lost = card.lost_at is not None and card.lost_at <= slip.at
        till_knew = was_lost and (slip.blacklist is None or slip.blacklist >= card.lost_version)
        overdraws = not till_knew and slip.amount_fen > self.cash[card.person_no] + self.subsidy[card.person_no]
        was_expired = card.expires_on is not None and card.expires_on < slip.at.date()
        was_cancelled = card.cancelled_at is not None and card.cancelled_at <= slip.at
        if till_knew:
            self.losses += slip.amount_fen
            self.payable[self._shop_of[slip.till]] += slip.amount_fen
        else:
            self._spend(card.person_no, slip)
        return was_lost or overdraws or was_expired or was_cancelled

    def _spend(self, person_no: str, slip: Slip) -> int:
        """Take the subsidy first, then cash; how much came from the subsidy."""
        from_subsidy = min(self.subsidy[person_no], slip.amount_fen)
        self.subsidy[person_no] -= from_subsidy
        self.cash[person_no] -= slip.amount_fen - from_subsidy
        self._spent[person_no] += slip.amount_fen
        self.payable[self._shop_of[slip.till]] += slip.amount_fen
        return from_subsidy

    def missing(self) -> tuple[int, int]:
        """(missing numbers, places), counted from 1 within each batch."""
        numbers = places = 0
        for seqs in self.received.values():
            before = 0
            for seq in sorted(seqs):
                numbers += seq - before - 1
                places += seq > before + 1
                before = seq
        return numbers, places


def _content(slip: Slip) -> tuple[int, int, datetime, int | None]:
    """What makes two records with one number the same (a PIN is not part of a record)."""
    return slip.card_no, slip.amount_fen, slip.at, slip.blacklist
