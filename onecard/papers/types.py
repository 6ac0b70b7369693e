"""Words of the room: what a kind of paper looks like (declared by the room that issues it), and a sheet ready to be printed."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

Cell = int | str | None
"""A value as it is kept: fen and counts are whole numbers, dates and moments ISO 8601 texts, None is blank."""


class CellKind(enum.Enum):
    """How a value is written: text, dates and moments to the left, counts and money (fen, written in yuan) to the right."""

    TEXT = "text"
    COUNT = "count"
    FEN = "fen"
    DATE = "date"
    MOMENT = "moment"

    @property
    def is_right(self) -> bool:
        """Whether it stands to the right."""
        return self in (CellKind.COUNT, CellKind.FEN)


class Form(enum.Enum):
    """What a paper is printed on: A4, or the 80 mm roll of a receipt printer."""

    A4 = "a4"
    RECEIPT = "receipt"


class Role(enum.Enum):
    """Who signs a paper that somebody else made: 复核 and 接收."""

    CHECKED = "checked"
    RECEIVED = "received"


@dataclasses.dataclass(frozen=True, slots=True)
class Field:
    """A named value: a line of a paper's head, or a column of one of its tables.

    `title` is its words, `words` puts kept values into words (a state, a kind); a column that `is_summed` ends in its sum.
    """

    name: str
    title: Any
    kind: CellKind = CellKind.TEXT
    words: Mapping[Any, Any] = dataclasses.field(default_factory=dict)
    is_summed: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A table of a paper: its name in the content, its title (none: empty) and its columns."""

    name: str
    title: Any
    columns: tuple[Field, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class PaperKind:
    """A kind of paper, declared once in the `papers.py` of its room and never taken back, since old papers print by it.

    `name` is `room.kind`, `prefix` begins its numbers (CK-2026-000123), `signatures` are those that it asks for.
    """

    name: str
    prefix: str
    title: Any
    head: tuple[Field, ...] = ()
    tables: tuple[Table, ...] = ()
    signatures: tuple[Role, ...] = ()
    form: Form = Form.A4


class IssueOutcome(enum.Enum):
    """What became of issuing a paper."""

    DONE = "issued"
    REPEATED = "issued before with the same content"
    REFUSED_ISSUED = "issued before with other content: say why it is corrected"
    REFUSED_NOTHING_TO_CORRECT = "there is no paper to correct"


@dataclasses.dataclass(frozen=True, slots=True)
class Issued:
    """The paper of this subject, and what became of it; 0 and no number when there is nothing to correct."""

    outcome: IssueOutcome
    paper_id: int
    number: str
    version: int


class SignOutcome(enum.Enum):
    """What became of a signature. Refusals stand in order of precedence."""

    DONE = "signed"
    REPEATED = "signed by the same person before"
    REFUSED_NOT_ASKED = "the paper asks for no such signature"
    REFUSED_REPLACED = "a newer version replaced it"
    REFUSED_OWN = "one's own paper"
    REFUSED_SIGNED = "signed by somebody else"
    REFUSED_BOTH = "the same person cannot sign twice"


@dataclasses.dataclass(frozen=True, slots=True)
class SheetTable:
    """A table with its titles in words; the headings are (text, how the column is written)."""

    title: str
    headings: tuple[tuple[str, CellKind], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """A place for a signature: as what, who signed and when (empty: by hand)."""

    title: str
    who: str = ""
    when: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A paper in one language, ready to be printed: lines under the title, tables, lines at the end, signatures.

    `address` is the page that it can be checked on (no QR code without one), `made_at` an ISO moment.
    """

    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[SheetTable, ...]
    marks: tuple[tuple[str, str], ...]
    made_at: str
    boxes: tuple[Box, ...] = ()
    form: Form = Form.A4
    address: str = ""
