"""What pages that show or hand out a sheet share: tables for the template, files, the page that prints itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString, mark_safe

from onecard.kernel.excel import TYPE
from onecard.kernel.pages import link
from onecard.papers.excel import excel_of
from onecard.papers.fonts import FontProblem
from onecard.papers.pdf import pdf_of, qr_svg
from onecard.papers.queries import paper_of
from onecard.papers.sheet import written
from onecard.papers.types import Cell, CellKind, PaperKind, Sheet, SheetTable


def shown_table(table: SheetTable) -> dict[str, Any]:
    """A table for the template: cells in words with whether they stand to the right."""

    def line(cells: tuple[Cell, ...]) -> list[tuple[str, bool]]:
        return [_cell(cell, kind) for cell, (_heading, kind) in zip(cells, table.headings, strict=True)]

    return {
        "title": table.title,
        "headings": [(heading, kind.is_right) for heading, kind in table.headings],
        "rows": [line(row) for row in table.rows],
        "total": line(table.total) if table.total else None,
    }


def _cell(cell: Cell, kind: CellKind) -> tuple[str, bool]:
    return written(cell, kind), kind.is_right


def shown_sheet(sheet: Sheet) -> dict[str, Any]:
    """What `onecard/sheet.html` needs."""
    return {"sheet": sheet, "tables": [shown_table(table) for table in sheet.tables], "qr": _qr(sheet)}


def _qr(sheet: Sheet) -> SafeString | None:
    return mark_safe(qr_svg(sheet.address).decode()) if sheet.address else None  # our own drawing


def paper_link(kind: PaperKind, subject: object) -> str | SafeString | None:
    """The newest paper of this kind about the subject by its number, as a link to its page; None when none was issued."""
    paper = paper_of(kind, str(subject))
    return None if paper is None else link("papers.paper", paper.pk, paper)


def print_page(request: HttpRequest, sheet: Sheet) -> HttpResponse:
    """The sheet alone, as it stands on A4 or on an 80 mm roll; it asks the browser to print as soon as it is there."""
    return render(request, "onecard/print.html", shown_sheet(sheet))


def pdf_file(request: HttpRequest, sheet: Sheet, *, back: str) -> HttpResponse:
    """The sheet as a PDF to open; without a Chinese font back to where one came from, with what to install."""
    try:
        content = pdf_of(sheet)
    except FontProblem as problem:
        messages.error(request, str(problem))
        return redirect(back)
    return _file(content, kind="application/pdf", name=f"{sheet.number}.pdf", is_shown=True)


def excel_file(sheet: Sheet) -> HttpResponse:
    """The sheet as an Excel file to keep."""
    return _file(excel_of(sheet), kind=TYPE, name=f"{sheet.number}.xlsx")


def text_file(text: str, *, name: str) -> HttpResponse:
    """A text to keep."""
    return _file(text.encode(), kind="text/plain; charset=utf-8", name=name)


def _file(content: bytes, *, kind: str, name: str, is_shown: bool = False) -> HttpResponse:
    disposition = f'{"inline" if is_shown else "attachment"}; filename="{name.replace("/", "-")}"'
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})
