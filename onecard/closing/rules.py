"""Pure decisions of the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date


def report_no(day: date, *, number: int) -> str:
    """The report's number: D-20261123-001 is the first report of 2026-11-23."""
    return f"D-{day:%Y%m%d}-{number:03d}"


def purses_off_by(*, opening_fen: int, movements: Iterable[tuple[int, int]], closing_fen: int) -> int:
    """How far the purses stand from their roll-forward: 0 when opening + entered − left = closing (clause S5.4; DESIGN §4).

    `movements` are (entered, left): finance's payable grows and shrinks by exactly these.
    """
    return closing_fen - opening_fen - sum(entered - left for entered, left in movements)
