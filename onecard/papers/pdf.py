"""A sheet as PDF, set by typst. What is printed is handed over as JSON: nothing of it is ever read as markup."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import Any

import segno
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onecard.papers.fonts import chinese_family
from onecard.papers.sheet import text_width, written
from onecard.papers.types import Sheet, SheetTable
from onecard.papers.typeset import Output, typeset, typeset_apart

LEAST_WIDTH, MOST_WIDTH = 6, 40
"""Columns are as wide as their longest text, in letters, within these bounds."""
LANDSCAPE_FROM = 100
"""Letters of all columns above which the page lies on its side."""
ROWS_HERE = 1_000
"""A sheet with more rows is set in a process of its own."""


def pdf_of(sheet: Sheet) -> bytes:
    """The sheet as a PDF; the same bytes for the same sheet. FontProblem when the machine has no Chinese font."""
    return _made(sheet, output="pdf")


def png_of(sheet: Sheet) -> bytes:
    """The first page as a picture."""
    return _made(sheet, output="png")


def _made(sheet: Sheet, *, output: Output) -> bytes:
    files = {"sheet.json": json.dumps(_content(sheet), ensure_ascii=False).encode()}
    if sheet.address:
        files["qr.svg"] = qr_svg(sheet.address)
    made_at = datetime.fromisoformat(sheet.made_at).astimezone(UTC).replace(microsecond=0)
    is_long = sum(len(table.rows) for table in sheet.tables) > ROWS_HERE
    return (typeset_apart if is_long else typeset)(files, output=output, made_at=made_at)


def qr_svg(address: str) -> bytes:
    """A QR code of the address, as a picture without measures."""
    buffer = io.BytesIO()
    segno.make(address, error="m").save(buffer, kind="svg", xmldecl=False, border=0, omitsize=True)
    return buffer.getvalue()


def _content(sheet: Sheet) -> dict[str, Any]:
    """What the source reads: words only, each where it stands."""
    tables = [_table(table) for table in sheet.tables]
    return {
        "lang": "zh" if (get_language() or "").startswith("zh") else "en",
        "font": chinese_family(),
        "form": sheet.form.value,
        "landscape": any(sum(table["widths"]) > LANDSCAPE_FROM for table in tables),
        "title": sheet.title,
        "number": sheet.number,
        "facts": sheet.facts,
        "tables": tables,
        "none": _("None."),
        "marks": sheet.marks,
        "boxes": [[box.title, box.who, box.when] for box in sheet.boxes],
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "qr": bool(sheet.address),
    }


def _table(table: SheetTable) -> dict[str, Any]:
    kinds = [kind for _heading, kind in table.headings]
    rows = [[written(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in table.rows]
    total = [] if table.total is None else [written(cell, kind) for cell, kind in zip(table.total, kinds, strict=True)]
    head = [heading for heading, _kind in table.headings]
    return {
        "title": table.title,
        "head": head,
        "right": [kind.is_right for kind in kinds],
        "widths": [_width([line[at] for line in (head, *rows, *([total] if total else []))]) for at in range(len(kinds))],
        "rows": rows,
        "total": total,
    }


def _width(texts: list[str]) -> int:
    return min(MOST_WIDTH, max(LEAST_WIDTH, *map(text_width, texts)))
