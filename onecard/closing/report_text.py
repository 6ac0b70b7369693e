"""The day report as plain text, aligned for print and terminal: a Chinese character is two columns wide."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.closing.models import DayReport, Seal
from onecard.closing.report import report_sheet
from onecard.papers.sheet import text_width as width
from onecard.papers.sheet import written
from onecard.papers.types import CellKind, SheetTable

GAP = "  "


def report_text(report: DayReport, *, seal: Seal) -> str:
    """The report in the active language, lines ended by line feeds; the same each time it is printed."""
    said = report_sheet(report, seal=seal)
    blocks = [said.title + "\n" + "=" * width(said.title), _facts(said.facts)]
    blocks += [table_text(table) for table in said.tables]
    blocks.append(_facts(said.marks))
    return "\n\n".join(blocks) + "\n"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    widest = max(width(name) for name, _ in facts)
    return "\n".join(f"{_padded(name, widest)}{GAP}{value}" for name, value in facts)


def table_text(table: SheetTable) -> str:
    """The table as text: title, headings, rows and total between rules."""
    columns = [column for _, column in table.headings]
    head = [heading for heading, _ in table.headings]
    body = [[written(cell, column) for cell, column in zip(row, columns, strict=True)] for row in table.rows]
    foot = [] if table.total is None else [[written(cell, column) for cell, column in zip(table.total, columns, strict=True)]]
    widths = [max(width(row[at]) for row in [head, *body, *foot]) for at in range(len(columns))]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [table.title, rule, _line(head, widths, columns), rule]
    lines += [_line(row, widths, columns) for row in body]
    lines += [rule, *(_line(row, widths, columns) for row in foot)] if foot else []
    return "\n".join(line.rstrip() for line in lines)


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[CellKind]) -> str:
    return GAP.join(
        _padded(cell, size) if column is CellKind.TEXT else " " * (size - width(cell)) + cell
        for cell, size, column in zip(cells, widths, columns, strict=True)
    )


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))
