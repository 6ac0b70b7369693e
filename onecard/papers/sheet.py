"""A paper as a sheet in the active language: its kind's layout filled with its content; and how values are written."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onecard.kernel.clock import campus_zone
from onecard.kernel.money import yuan
from onecard.papers.models import Paper, Signature, SignatureRole
from onecard.papers.types import Box, Cell, CellKind, Field, Role, Sheet, SheetTable, Table


def sheet_of(paper: Paper, *, address: str = "") -> Sheet:
    """The paper in the active language; `address` is the page on which it can be checked."""
    kind, content = paper.declared, paper.content
    return Sheet(
        title=str(kind.title),
        number=str(paper),
        facts=(*_identity(paper), *_head(kind.head, content["head"])),
        tables=tuple(_table(table, content["tables"].get(table.name, ())) for table in kind.tables),
        marks=((_("Digest"), paper.digest),),
        made_at=paper.made_at.isoformat(),
        boxes=_boxes(paper),
        form=kind.form,
        address=address,
    )


def _identity(paper: Paper) -> list[tuple[str, str]]:
    lines = [(_("Paper number"), paper.number), (_("Date"), paper.dated.isoformat())]
    if paper.version > 1:
        replaces = _("%(version)s; it replaces version %(before)s: %(reason)s")
        words = {"version": paper.version, "before": paper.version - 1, "reason": paper.correction}
        lines.append((_("Version"), replaces % words))
    return lines


def _head(fields: Sequence[Field], values: Mapping[str, Cell]) -> list[tuple[str, str]]:
    return [(str(field.title), written(_in_words(field, values.get(field.name)), field.kind)) for field in fields]


def _table(table: Table, rows: Sequence[Mapping[str, Cell]]) -> SheetTable:
    columns = table.columns
    total: tuple[Cell, ...] | None = None
    if any(column.is_summed for column in columns):
        first, *others = (_sum(column, rows) if column.is_summed else None for column in columns)
        total = (_("Total") if first is None else first, *others)
    return SheetTable(
        title=str(table.title),
        headings=tuple((str(column.title), column.kind) for column in columns),
        rows=tuple(tuple(_in_words(column, row.get(column.name)) for column in columns) for row in rows),
        total=total,
    )


def _sum(column: Field, rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(row.get(column.name) or 0 for row in rows)


def _in_words(field: Field, value: Cell) -> Cell:
    return str(field.words[value]) if value in field.words else value


def _boxes(paper: Paper) -> tuple[Box, ...]:
    signed: dict[str, Signature] = {one.role: one for one in paper.signatures.all()}
    made = Box(_("Made by"), paper.made_by, moment_text(paper.made_at))
    return (made, *(_box(role, signed.get(role.value)) for role in paper.declared.signatures))


def _box(role: Role, signature: Signature | None) -> Box:
    title = str(SignatureRole(role.value).label)
    return Box(title) if signature is None else Box(title, signature.signed_by, moment_text(signature.signed_at))


def written(cell: Cell, kind: CellKind) -> str:
    """The value as people read it: yuan and counts with separators, moments on campus time, blank for None.

    A text in a column of numbers stands as it is.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return moment_text(datetime.fromisoformat(cell)) if kind is CellKind.MOMENT and cell else cell
    return _NUMBERS.get(kind, str)(cell)


_NUMBERS: dict[CellKind, Callable[[int], str]] = {CellKind.FEN: yuan, CellKind.COUNT: "{:,}".format}


def moment_text(moment: datetime) -> str:
    """A moment on campus time, to the second."""
    return f"{moment.astimezone(campus_zone()):%Y-%m-%d %H:%M:%S}"


def text_width(text: str) -> int:
    """How many columns of a fixed-width font the text takes: a Chinese character is two wide."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
