"""The figures of a day report, gathered once at the close and kept as JSON of whole numbers and text.

Amounts are fen, times ISO 8601 in UTC. The seal signs the digest of the figures, so the paper is as safe as the transfers.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from onecard.closing.reading import DayRange, rows
from onecard.ledger import queries as ledger
from onecard.ledger.types import PURSES
from onecard.terminals import queries as terminals

VERSION = 2
"""2: takings are net of reversals and count them."""
LINES_LISTED = 200
"""How many held records and gaps the report lists; the totals count all."""


def gather(open_day: DayRange, *, report_no: str, made_at: datetime, made_by: str) -> dict[str, Any]:
    """The figures of the open day as it stands; the caller holds the day lock and has run the checks."""
    ends = {"first_id": open_day.first_id, "last_id": open_day.last_id}
    [totals] = rows("day_totals", **ends)
    subjects = rows("subjects", **ends)
    return {
        "version": VERSION,
        "report_no": report_no,
        "day": open_day.day.isoformat(),
        "made_at": _moment(made_at),
        "made_by": made_by,
        **ends,
        **totals,
        "subjects": subjects,
        "purses": _purses(subjects, movements=rows("purse_movements", **ends)),
        "kinds": rows("kinds", **ends),
        "takings": rows("takings", **ends),
        "held": {"count": ledger.held_count(), "records": _held()},
        "gaps": _gaps(),
    }


def digest(figures: dict[str, Any]) -> str:
    """SHA-256 (hex) of the figures as JSON with sorted keys and no spaces."""
    canonical = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _purses(subjects: list[dict[str, Any]], *, movements: list[dict[str, Any]]) -> dict[str, Any]:
    purses = [row for row in subjects if row["subject"] in PURSES]
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
