"""A feed's rows as a file: CSV for people's eyes and old systems, JSON Lines for the rest. Written as the rows are read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from onecard.feeds.types import Rows

CSV, JSON_LINES = "csv", "jsonl"
TYPES = {CSV: "text/csv; charset=utf-8", JSON_LINES: "application/jsonl"}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What Excel would take for a formula."""


def lines_of(rows: Rows, *, form: str) -> Iterator[bytes]:
    """The file line by line; a CSV begins with a BOM, since it is opened in Excel."""
    if form == JSON_LINES:
        for row in rows.rows:
            yield json.dumps(row, ensure_ascii=False).encode() + b"\n"
        return
    names = (*rows.fields, "removed")
    yield "\ufeff".encode() + _csv_line(names)
    for row in rows.rows:
        yield _csv_line([_cell(row.get(name)) for name in names])


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_line(cells: tuple[str, ...] | list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()
