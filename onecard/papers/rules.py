"""Pure decisions of the room: which content fits a kind, what the digest covers, who may sign."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from onecard.papers.types import Cell, CellKind, Field, PaperKind, Role, SignOutcome

MOST_ROWS = 10_000
"""Rows of all tables of one paper."""
MOST_OF_A_TEXT = 500


def kept_content(kind: PaperKind, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as it is kept: `{"head": {field: value}, "tables": {table: [{column: value}, …]}}` of whole numbers and text.

    Dates and moments may be given as such; what is left out is blank. ValueError for what the kind doesn't know, a value of the
    wrong kind, and more than MOST_ROWS rows: whoever issues divides such a list into several papers.
    """
    head, tables = content.get("head", {}), content.get("tables", {})
    _refuse_unknown({"head": 0, "tables": 0}, content, where=kind.name)
    _refuse_unknown({table.name: 0 for table in kind.tables}, tables, where=kind.name)
    rows = sum(len(lines) for lines in tables.values())
    if rows > MOST_ROWS:
        raise ValueError(f"{kind.name}: a paper has at most {MOST_ROWS:,} rows, {rows:,} given; divide it into several papers")
    kept = {table.name: _kept_rows(table.columns, tables.get(table.name, ()), where=table.name) for table in kind.tables}
    return {"head": _kept_row(kind.head, head, where="head"), "tables": kept}


def _kept_rows(fields: Sequence[Field], rows: Sequence[Mapping[str, Any]], *, where: str) -> list[dict[str, Cell]]:
    return [_kept_row(fields, row, where=where) for row in rows]


def _kept_row(fields: Sequence[Field], values: Mapping[str, Any], *, where: str) -> dict[str, Cell]:
    by_name = {field.name: field for field in fields}
    _refuse_unknown(by_name, values, where=where)
    return {name: _kept_value(by_name[name], value) for name, value in values.items() if value is not None}


def _refuse_unknown(known: Mapping[str, object], given: Mapping[str, object], *, where: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"{where}: no place on this paper for {', '.join(unknown)}")


def _kept_value(field: Field, value: object) -> Cell:
    try:
        return _KEEP[field.kind](value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{field.name}: {value!r} is no {field.kind.value} ({error})") from error


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_OF_A_TEXT:
        raise TypeError(f"a text of at most {MOST_OF_A_TEXT} characters is needed")
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number is needed")
    return value


def _date(value: object) -> str:
    if isinstance(value, datetime):
        raise TypeError("a date is needed, not a moment")
    return value.isoformat() if isinstance(value, date) else date.fromisoformat(_text(value)).isoformat()


def _moment(value: object) -> str:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(_text(value))
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no moment")
    return moment.astimezone(UTC).isoformat()


_KEEP: dict[CellKind, Callable[[object], Cell]] = {
    CellKind.TEXT: _text,
    CellKind.COUNT: _whole,
    CellKind.FEN: _whole,
    CellKind.DATE: _date,
    CellKind.MOMENT: _moment,
}


def content_digest(*, kind: str, subject: str, dated: date, content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of what the paper says: its kind, subject, date and content."""
    said = {"kind": kind, "subject": subject, "dated": dated.isoformat(), "content": content}
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class SignFacts:
    """What a decision on a signature needs to know; `signed` says who signed as what until now."""

    asks_for: tuple[Role, ...]
    is_replaced: bool
    maker_id: int | None
    signer_id: int
    signed: Mapping[Role, int]


def judge_signature(facts: SignFacts, *, role: Role) -> SignOutcome:
    """Whether the person may sign as this; the first line that applies wins. Maker, checker and receiver are three people."""
    in_order = (
        (facts.signed.get(role) == facts.signer_id, SignOutcome.REPEATED),
        (role not in facts.asks_for, SignOutcome.REFUSED_NOT_ASKED),
        (facts.is_replaced, SignOutcome.REFUSED_REPLACED),
        (facts.maker_id == facts.signer_id, SignOutcome.REFUSED_OWN),
        (role in facts.signed, SignOutcome.REFUSED_SIGNED),
        (facts.signer_id in facts.signed.values(), SignOutcome.REFUSED_BOTH),
    )
    return next((outcome for applies, outcome in in_order if applies), SignOutcome.DONE)
