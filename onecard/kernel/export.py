"""A staff list as an Excel file: the rows that search and filters leave, in the list's order and columns.

Bounded and flat: rows come from the database in chunks and go to a temporary file, not to memory.
"""

from __future__ import annotations

import html
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, cast

import xlsxwriter
from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from onecard.kernel.excel import PLAIN, Formats, page_name, write_value

MOST_ROWS = 50_000
"""A longer list has to be narrowed first: nothing is cut silently."""
ROWS_A_CHUNK = 2_000
COLUMN_WIDTH = 20

_TAG = re.compile(r"<[^>]*>")
"""In a SafeString every other angle bracket is escaped."""
Read = Callable[[Any], tuple[object, bool]]


def exported_list(page: Any, *, rows: QuerySet[Any], columns: Sequence[Any]) -> IO[bytes]:
    """The rows as an .xlsx file, opened at its start; `page` is the list's admin, `columns` its `list_display`."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response that sends it closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, **PLAIN}) as book:
        sheet = book.add_worksheet(page_name(str(page.opts.verbose_name_plural)))
        heads, formats = Formats(book, bold=True), Formats(book, counts="0")
        sheet.set_column(0, len(columns) - 1, COLUMN_WIDTH)
        sheet.freeze_panes(1, 0)
        for at, name in enumerate(columns):
            title = label_for_field(name, page.model, page)
            write_value(sheet, 0, at, capfirst(str(title)), formats=heads)
        readers = [_reader(page, name) for name in columns]
        for at_row, row in enumerate(_bounded(rows), start=1):
            for at, read in enumerate(readers):
                value, is_amount = read(row)
                write_value(sheet, at_row, at, value, formats=formats, is_amount=is_amount)
    file.seek(0)
    return file


def is_too_long(rows: QuerySet[Any]) -> bool:
    """Whether there are more rows than an export takes; counts no further than that."""
    return rows.order_by()[: MOST_ROWS + 1].count() > MOST_ROWS


def _bounded(rows: QuerySet[Any]) -> Iterator[Any]:
    return islice(rows.iterator(chunk_size=ROWS_A_CHUNK), MOST_ROWS)


def _reader(page: Any, name: Any) -> Read:
    """How to read a column's value, and whether it is an amount in fen: money columns name their field."""
    amount_field = getattr(name, "amount_field", None)
    if amount_field is not None:
        return lambda row: (getattr(row, amount_field), True)
    read = _reading(page, name)
    return lambda row: (_plain(read(row)), False)


def _reading(page: Any, name: Any) -> Callable[[Any], object]:
    """What a column of `list_display` names, looked up once: a function, a field, a method of the page or of the row."""
    if callable(name):
        return cast(Callable[[Any], object], name)
    try:
        field = page.opts.get_field(name)
    except FieldDoesNotExist:
        return lambda row: lookup_field(name, row, page)[2]
    words = dict(getattr(field, "flatchoices", ()))
    return lambda row: words.get(value := getattr(row, name), value)


def _plain(value: object) -> object:
    """The value without what makes it look right on a page."""
    if isinstance(value, SafeString):
        return html.unescape(_TAG.sub("", value)).strip()
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return value
