"""Files in a site's own columns: `heading=field,…` in a setting says which, as its finance or bank wants them."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar

import xlsxwriter
from django.http import HttpResponse

from onecard.kernel import env
from onecard.kernel.csv_lines import csv_of
from onecard.kernel.excel import PLAIN, TYPE, Formats, write_value

Record = TypeVar("Record")
Column = tuple[str, str]


@dataclasses.dataclass(frozen=True, slots=True)
class SiteFile:
    """Headings and rows; account numbers and amounts in yuan are texts in it, digit by digit."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]

    def as_csv(self) -> bytes:
        """The file in UTF-8 with a mark."""
        return csv_of(self.headings, self.rows)

    def as_excel(self) -> bytes:
        """The same as an Excel file."""
        buffer = io.BytesIO()
        with xlsxwriter.Workbook(buffer, {"in_memory": True, **PLAIN}) as book:
            page, plain, bold = book.add_worksheet(), Formats(book, counts="0"), Formats(book, bold=True)
            for column, heading in enumerate(self.headings):
                write_value(page, 0, column, heading, formats=bold)
            for at, row in enumerate(self.rows, start=1):
                for column, value in enumerate(row):
                    write_value(page, at, column, value, formats=plain)
            page.autofit()
        return buffer.getvalue()


def read_layout(text: str, *, setting: str, fields: Collection[str]) -> tuple[Column, ...]:
    """The (heading, field) pairs; SettingProblem says which part is wrong and what it may be."""
    columns = []
    for part in text.split(","):
        heading, sign, field = (piece.strip() for piece in part.partition("="))
        if not sign or not heading or field not in fields:
            raise env.SettingProblem(f"{setting}: {part.strip()!r} is no heading=field; fields are {', '.join(fields)}")
        columns.append((heading, field))
    return tuple(columns)


def site_file(setting: str, records: Iterable[Record], *, fields: Mapping[str, Callable[[Record], object]]) -> SiteFile:
    """A row for each record in the columns that the setting says; `fields` are what it may hold. SettingProblem as above."""
    layout = read_layout(env.text(setting), setting=setting, fields=fields)
    rows = [[fields[field](record) for _heading, field in layout] for record in records]
    return SiteFile([heading for heading, _field in layout], rows)


def as_download(file: SiteFile, *, name: str, kind: str) -> HttpResponse:
    """The answer that a browser saves as `name`, as `kind` csv or excel."""
    content, form, ending = (
        (file.as_csv(), "text/csv; charset=utf-8", "csv") if kind == "csv" else (file.as_excel(), TYPE, "xlsx")
    )
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    return HttpResponse(content, content_type=form, headers=headers)
