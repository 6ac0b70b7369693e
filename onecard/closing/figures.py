"""The figures of a day report, gathered once at the close and kept as JSON of whole numbers and text.

Amounts are fen, times ISO 8601 in UTC. The seal signs the digest of the figures, so the paper is as safe as the transfers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from onecard.closing.reading import DayRange, rows
from onecard.ledger import queries as ledger
from onecard.ledger.types import PURSES, Subject, TransferKind
from onecard.rollups.queries import turnover
from onecard.rollups.types import Moved
from onecard.terminals import queries as terminals

VERSION = 2
"""2: takings are net of reversals and count them."""
LINES_LISTED = 200
"""How many held records and gaps the report lists; the totals count all."""


def gather(open_day: DayRange, *, moved: Sequence[Moved], report_no: str, made_at: datetime, made_by: str) -> dict[str, Any]:
    """The figures of the open day as it stands, `moved` on it; the caller holds the day lock and has run the checks."""
    ends = {"first_id": open_day.first_id, "last_id": open_day.last_id}
    subjects = _subjects(moved)
    kinds = _kinds(moved)
    return {
        "version": VERSION,
        "report_no": report_no,
        "day": open_day.day.isoformat(),
        "made_at": _moment(made_at),
        "made_by": made_by,
        **ends,
        "transfers": sum(row["transfers"] for row in kinds),
        "sum_fen": sum(row["sum_fen"] for row in kinds),
        "subjects": subjects,
        "purses": _purses(subjects, moved=moved),
        "kinds": kinds,
        "takings": rows("takings", **ends),
        "held": {"count": ledger.held_count(), "records": _held()},
        "gaps": _gaps(),
    }


def digest(figures: dict[str, Any]) -> str:
    """SHA-256 (hex) of the figures as JSON with sorted keys and no spaces."""
    canonical = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _subjects(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    """The trial balance. An opening is the closing less what moved, which the checks have compared with what was kept."""
    turned = turnover(moved)
    return [_subject(**row, turned=turned.get(row["subject"], (0, 0))) for row in rows("subjects")]


def _subject(*, subject: int, closing_fen: int, turned: tuple[int, int]) -> dict[str, Any]:
    debits_fen, credits_fen = turned
    return {
        "subject": subject,
        "opening_fen": closing_fen - Subject(subject).normal_side * (debits_fen - credits_fen),
        "debits_fen": debits_fen,
        "credits_fen": credits_fen,
        "closing_fen": closing_fen,
    }


def _by_kind(moved: Sequence[Moved]) -> Iterator[tuple[TransferKind, list[Moved]]]:
    for kind in sorted({one.kind for one in moved}):
        yield kind, [one for one in moved if one.kind is kind]


def _kinds(moved: Sequence[Moved]) -> list[dict[str, Any]]:
    return [
        {"kind": int(kind), "transfers": sum(one.transfers for one in of_it), "sum_fen": sum(one.amount_fen for one in of_it)}
        for kind, of_it in _by_kind(moved)
    ]


def _purses(subjects: list[dict[str, Any]], *, moved: Sequence[Moved]) -> dict[str, Any]:
    purses = [row for row in subjects if row["subject"] in PURSES]
    movements = [
        {
            "kind": int(kind),
            "entered_fen": sum(one.amount_fen for one in of_it if one.credit in PURSES),
            "left_fen": sum(one.amount_fen for one in of_it if one.debit in PURSES),
        }
        for kind, of_it in _by_kind(moved)
    ]
    return {
        "opening_fen": sum(row["opening_fen"] for row in purses),
        "movements": [row for row in movements if row["entered_fen"] or row["left_fen"]],
        "closing_fen": sum(row["closing_fen"] for row in purses),
    }


def _held() -> list[dict[str, Any]]:
    return [{**row, "received_at": _moment(row["received_at"])} for row in rows("held", limit=LINES_LISTED)]


def _gaps() -> dict[str, Any]:
    numbers, places = terminals.missing_totals()
    return {"numbers": numbers, "places": places, "listed": rows("gaps", limit=LINES_LISTED)}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
