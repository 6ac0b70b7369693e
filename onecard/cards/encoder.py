"""The device that writes a card's number onto a blank: what any encoder must do, and a simulated one (clause P4-4.1)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol


class EncodingFailed(Exception):
    """The blank could not be written; the message says what the device said. The blank is spoiled."""


class Encoder(Protocol):
    """A maker's encoder is driven by a class of this shape. Both calls are about one blank at a time."""

    def write(self, card_no: int) -> str:
        """Write the number onto the blank in the device and return the chip's own number; EncodingFailed when it cannot."""
        ...

    def remembers(self, card_no: int) -> str | None:
        """What became of a number whose answer was lost: the chip's number, "" when it was begun and torn, None when never begun.

        An encoder that keeps no journal answers "": the blank is then spoiled, which is always safe.
        """
        ...


class SimulatedEncoder:
    """Writes to a journal instead of a chip, each line on disk before the next. `before_end` may be slow, raise, or die.

    The journal is a text file of `begin NUMBER` and `end NUMBER CHIP`; a torn last line counts as not written.
    """

    def __init__(self, journal: Path, *, before_end: Callable[[int], None] = lambda card_no: None) -> None:
        self._journal, self._before_end = journal, before_end

    def write(self, card_no: int) -> str:
        """Write the number; the chip's number follows from it."""
        self._append(f"begin {card_no}\n")
        self._before_end(card_no)
        chip_no = hashlib.sha256(str(card_no).encode()).hexdigest()[:14].upper()
        self._append(f"end {card_no} {chip_no}\n")
        return chip_no

    def remembers(self, card_no: int) -> str | None:
        """What the journal says."""
        found = None
        for words in self.lines():
            if words[:2] == ["begin", str(card_no)]:
                found = ""
            elif words[:2] == ["end", str(card_no)] and len(words) == 3:
                found = words[2]
        return found

    def lines(self) -> list[list[str]]:
        """The whole lines of the journal in words."""
        text = self._journal.read_text(encoding="utf-8") if self._journal.exists() else ""
        return [line.split() for line in text.splitlines(keepends=True) if line.endswith("\n")]

    def _append(self, line: str) -> None:
        with self._journal.open("a", encoding="utf-8") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
