"""Values in Excel files: numbers, dates and moments as such, texts as texts and never as formulas or links."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import xlsxwriter

from onecard.kernel.clock import campus_zone
from onecard.kernel.money import FEN_PER_YUAN

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""Options of a workbook whose texts are texts."""
MOST_OF_A_TEXT = 32_767
"""Longer ones Excel does not take; they are cut."""
EXACT_BELOW = 10**15
"""Excel keeps 15 digits: a longer number (a card's, say) is written as text."""
_FORBIDDEN = str.maketrans("[]:*?/\\", "       ")


class Formats:
    """How a workbook's values look, each plain or in a style (a total in bold under a line); `counts` is how whole numbers do."""

    def __init__(self, book: xlsxwriter.Workbook, *, counts: str = "#,##0", **style: Any) -> None:
        self.text = book.add_format(style)
        self.amount = book.add_format({**style, "num_format": "#,##0.00"})
        self.count = book.add_format({**style, "num_format": counts})
        self.day = book.add_format({**style, "num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({**style, "num_format": "yyyy-mm-dd hh:mm:ss"})


def write_value(page: Any, row: int, column: int, value: object, *, formats: Formats, is_amount: bool = False) -> None:
    """Write one value as what it is: fen (`is_amount`) as yuan, moments on campus time, None as a blank."""
    if value is None or value == "":
        page.write_blank(row, column, None, formats.text)
    elif isinstance(value, int) and abs(value) < EXACT_BELOW:
        number, form = (value / FEN_PER_YUAN, formats.amount) if is_amount else (value, formats.count)
        page.write_number(row, column, number, form)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, value.astimezone(campus_zone()).replace(tzinfo=None), formats.moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, datetime.combine(value, time()), formats.day)
    else:
        page.write_string(row, column, str(value)[:MOST_OF_A_TEXT], formats.text)


def page_name(title: str) -> str:
    """The title as a worksheet's name: without what Excel forbids, at most 31 characters."""
    return title.translate(_FORBIDDEN)[:31].strip("' ")
