"""What goes wrong on purpose, at random with a seed: the same seed is the same sequence of faults at each terminal."""

from __future__ import annotations

import dataclasses
from random import Random
from typing import TypeVar

T = TypeVar("T")
YEAR_US = 365 * 86_400 * 1_000_000


@dataclasses.dataclass(frozen=True, slots=True)
class FaultRates:
    """How often each fault happens, from 0 to 1: of requests (lost, doubled), collections (reordered), sales (torn, wiped).

    `rolled` is no fault, but faults may strike it: the share of heartbeats after which the terminal rolls its own key.

    `wrong_clocks` and `clones` are shares of the terminals: a clock wrong by years until the centre tells the time, a second
    device with the same keys.
    """

    lost: float = 0
    doubled: float = 0
    reordered: float = 0
    torn: float = 0
    wiped: float = 0
    rolled: float = 0
    wrong_clocks: float = 0
    clones: float = 0


EVERY_FAULT = FaultRates(
    lost=0.03, doubled=0.03, reordered=0.5, torn=0.005, wiped=0.002, rolled=0.005, wrong_clocks=0.1, clones=0.05
)
NONE = FaultRates()


class Faults:
    """The faults of one terminal."""

    def __init__(self, rates: FaultRates, *, seed: str) -> None:
        self._rates = rates
        self._random = Random(f"faults {seed}")
        self.clock_error_us = self._random.choice((-9, 7, 30)) * YEAR_US if self._happens(rates.wrong_clocks) else 0
        self.is_cloned = self._happens(rates.clones)

    def _happens(self, rate: float) -> bool:
        return self._random.random() < rate

    def loses_answer(self) -> bool:
        """Whether this request's answer gets lost on its way back."""
        return self._happens(self._rates.lost)

    def doubles(self) -> bool:
        """Whether this request is sent twice at the same time."""
        return self._happens(self._rates.doubled)

    def tears(self) -> bool:
        """Whether the power fails while the next line is being written."""
        return self._happens(self._rates.torn)

    def wipes(self) -> bool:
        """Whether the journal is lost now."""
        return self._happens(self._rates.wiped)

    def rolls(self) -> bool:
        """Whether the key is rolled now; a cloned terminal's is not, for one of the two would be shut out."""
        return not self.is_cloned and self._happens(self._rates.rolled)

    def order(self, records: list[T]) -> list[T]:
        """The records in the order in which they are sent."""
        if self._happens(self._rates.reordered):
            return self._random.sample(records, len(records))
        return records
