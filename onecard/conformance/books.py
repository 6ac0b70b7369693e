"""What the scripted centre knows of the terminal's records, and what it notices about them."""

from __future__ import annotations

import dataclasses
from collections import defaultdict, deque
from typing import Any

from onecard.conformance.device import record_of
from onecard.terminals.rules import has_valid_mac

CLOCK_S = 120
SECOND_US = 1_000_000


@dataclasses.dataclass(slots=True)
class Kept:
    """A record under its number: what it says, how it came, what it was answered first, whether a reversal took it back."""

    record: dict[str, Any]
    outcome: str
    is_collected: bool = False
    is_reversed: bool = False
    times: int = 1

    @property
    def net_fen(self) -> int:
        """What the customer has paid by it."""
        took = self.outcome in ("APPROVED", "BOOKED") and not self.is_reversed
        return int(self.record["amount_fen"]) if took else 0


class Books:
    """Records by (batch, number). `mishaps` are things that no right terminal does, by the name of the case that judges them."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], Kept] = {}
        self.mishaps: defaultdict[str, list[str]] = defaultdict(list)
        self.next_outcomes: deque[str] = deque()
        self.next_collected: deque[str] = deque()
        self.forgotten: dict[tuple[int, int], Kept] = {}

    def net_fen(self) -> int:
        """What all customers have paid together."""
        return sum(one.net_fen for one in self.kept.values())

    def numbers(self, batch_no: int) -> list[int]:
        """The numbers of a batch that came in whatever way, in order."""
        return sorted(seq for batch, seq in self.kept if batch == batch_no)

    def look_at(self, record: dict[str, Any], *, record_key: bytes, first_batch_no: int, now_us: int) -> bool:
        """Notice what is wrong with a record as it comes; whether its MAC is right."""
        name = f"batch {record['batch_no']} number {record['seq']}"
        if record["batch_no"] < first_batch_no:
            self.mishaps["batch"].append(f"{name}, and the batch to begin with was {first_batch_no}")
        if abs(record["occurred_at_us"] - now_us) > CLOCK_S * SECOND_US:
            off_s = (record["occurred_at_us"] - now_us) // SECOND_US
            self.mishaps["clock"].append(f"{name} is {off_s:,} seconds off the centre's clock")
        known = self.kept.get(_number(record)) or self.forgotten.get(_number(record))
        if known is not None and _plain(known.record) != _plain(record):
            self.mishaps["same_content"].append(f"{name} was {_plain(known.record)} and is {_plain(record)}")
        if has_valid_mac(record_of(record), key=record_key):
            return True
        self.mishaps["mac"].append(f"{name}: {record}")
        return False

    def ask(self, record: dict[str, Any]) -> tuple[str, str | None]:
        """(outcome, first outcome) of a purchase asked online."""
        known = self.kept.get(_number(record))
        if known is None:
            outcome = self.next_outcomes.popleft() if self.next_outcomes else "APPROVED"
            self.kept[_number(record)] = Kept(record, outcome)
            return outcome, None
        return self._again(known, record, otherwise="CONFLICT")

    def _again(self, known: Kept, record: dict[str, Any], *, otherwise: str) -> tuple[str, str | None]:
        known.times += 1
        if _plain(known.record) != _plain(record):
            return otherwise, None
        return "REPEATED", "DECLINED_REVERSED" if known.is_reversed else known.outcome

    def reverse(self, record: dict[str, Any]) -> str:
        """Take a purchase back, whether it is there or yet to come."""
        number = _number(record)
        known = self.kept.get(number)
        if known is None:
            self.forgotten.pop(number, None)
            self.kept[number] = Kept(record, "DECLINED_REVERSED", is_reversed=True)
            return "NOTHING_BOOKED"
        if known.is_collected:
            self.mishaps["reversal_first"].append(f"number {record['seq']} was collected before its reversal came")
            return "REFUSED_COLLECTED"
        outcome = "REPEATED" if known.is_reversed else "REVERSED" if known.net_fen else "NOTHING_BOOKED"
        known.is_reversed = True
        return outcome

    def collect(self, record: dict[str, Any]) -> tuple[str, str | None]:
        """(outcome, first outcome) of a collected record."""
        number = _number(record)
        if number in self.forgotten:
            self.kept[number] = self.forgotten.pop(number)
            if not self.kept[number].net_fen:
                self.mishaps["collected_unpaid"].append(f"number {record['seq']} took no money and came as a collection")
            return "BOOKED", None
        known = self.kept.get(number)
        if known is None:
            outcome = self.next_collected.popleft() if self.next_collected else "BOOKED"
            self.kept[number] = Kept(record, outcome, is_collected=True)
            return outcome, None
        return self._again(known, record, otherwise="HELD_CONFLICT")

    def forget(self, number: tuple[int, int]) -> None:
        """As if this record had never come."""
        self.forgotten[number] = self.kept.pop(number)


def _number(record: dict[str, Any]) -> tuple[int, int]:
    return record["batch_no"], record["seq"]


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """What a record says, however it is written; a PIN is not part of it."""
    return {name: value for name, value in sorted(record.items()) if value is not None and name != "pin"}
