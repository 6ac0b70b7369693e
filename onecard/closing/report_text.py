"""The day report as plain text, aligned for print and terminal: a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from onecard.closing.models import DayReport, Seal
from onecard.closing.report import Cell, Column, Table, paper
from onecard.kernel.money import yuan

GAP = "  "


def report_text(report: DayReport, *, seal: Seal) -> str:
    """The report in the active language, lines ended by line feeds; the same each time it is printed."""
    said = paper(report, seal=seal)
    blocks = [said.title + "\n" + "=" * width(said.title), _facts(said.facts)]
    blocks += [_table(table) for table in said.tables]
    blocks.append(_facts(said.seal))
    return "\n\n".join(blocks) + "\n"


def width(text: str) -> int:
    """How many columns of a fixed-width font the text takes."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    widest = max(width(name) for name, _ in facts)
    return "\n".join(f"{_padded(name, widest)}{GAP}{value}" for name, value in facts)


def _table(table: Table) -> str:
    columns = [column for _, column in table.headings]
    head = [heading for heading, _ in table.headings]
    body = [[_written(cell, column) for cell, column in zip(row, columns, strict=True)] for row in table.rows]
    foot = [] if table.total is None else [[_written(cell, column) for cell, column in zip(table.total, columns, strict=True)]]
    widths = [max(width(row[at]) for row in [head, *body, *foot]) for at in range(len(columns))]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))
    lines = [table.title, rule, _line(head, widths, columns), rule]
    lines += [_line(row, widths, columns) for row in body]
    lines += [rule, *(_line(row, widths, columns) for row in foot)] if foot else []
    return "\n".join(line.rstrip() for line in lines)


def _written(cell: Cell, column: Column) -> str:
    if isinstance(cell, str):
        return cell
    return yuan(cell) if column is Column.MONEY else f"{cell:,}"


def _line(cells: Sequence[str], widths: Sequence[int], columns: Sequence[Column]) -> str:
    return GAP.join(
        _padded(cell, size) if column is Column.TEXT else " " * (size - width(cell)) + cell
        for cell, size, column in zip(cells, widths, columns, strict=True)
    )


def _padded(text: str, size: int) -> str:
    return text + " " * (size - width(text))
