"""Run the invariants: every `sql/invariants/*.sql` of every room must return no rows (DESIGN §9).

A file begins with the comment `-- L2: every account's balance …`: its id and its rule. Journeys, simulations, the nightly job and
`onecard ledger invariants` all run the same files.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import psycopg

from onecard.kernel import sql

ROWS_NAMED = 20
"""How many offending rows are kept; `count` counts all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold: its id and rule, and the first of the rows that offend by column name."""

    id: str
    rule: str
    count: int
    rows: tuple[dict[str, Any], ...]

    def __str__(self) -> str:
        named = "; ".join(", ".join(f"{name}={value}" for name, value in row.items()) for row in self.rows)
        return f"{self.id} ({self.rule}) {self.count}: {named}"


def run_all(*, alias: str = "default") -> list[Broken]:
    """The invariants that do not hold, in the order of rooms and files; empty when all is well."""
    found = (_broken(path, alias=alias) for path in sql.files_in("invariants"))
    return [broken for broken in found if broken is not None]


def _broken(path: Path, *, alias: str) -> Broken | None:
    text = path.read_text(encoding="utf-8")
    with psycopg.Cursor(sql.raw_connection(alias)) as cursor:
        cursor.execute(text.encode())
        rows = cursor.fetchmany(ROWS_NAMED)
        names = [column.name for column in cursor.description or ()]
        count = cursor.rowcount
    if not rows:
        return None
    invariant, rule = headline(text)
    return Broken(id=invariant, rule=rule, count=count, rows=tuple(dict(zip(names, row, strict=True)) for row in rows))


def headline(text: str) -> tuple[str, str]:
    """An invariant file's id and rule: its leading comment lines, joined. ValueError when they are missing."""
    lines = []
    for line in text.splitlines():
        if not line.startswith("--"):
            break
        lines.append(line.removeprefix("--").strip())
    invariant, separator, rule = " ".join(lines).partition(": ")
    if not separator or " " in invariant:
        raise ValueError("an invariant's file begins with the comment `-- ID: rule`")
    return invariant, rule
