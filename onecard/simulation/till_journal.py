"""Read a canteen's till journal: `dish_choices.csv` (item rows) and `receipts.csv` (times), judged before anything is booked.

A receipt is booked whole or not at all. One with a bad line is left out, so that the same file, put right, books it then; booked
without that line it would stand in the books with a wrong amount for good. Pure: no database.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from onecard.kernel.csv_lines import BadLine, CsvLine, FileRefused, columns_of, read_lines
from onecard.simulation.tariff import Tariff
from onecard.terminals.types import MAX_BATCH_NO, MAX_SEQ

ITEMS_FILE = "dish_choices.csv"
MAX_ROWS = 500_000
MAX_WEIGHT_G = 10_000
MAX_CARD_NO = 10**15
MAX_DAYS_APART = 400
_NAMES = ("cday", "counter", "register_id", "sheet_id", "trans_id", "trans_pos", "pcard_id", "customer_group", "weight")
COLUMNS = {name: (name,) for name in _NAMES}
_CODE = re.compile(r"[0-9A-Za-z_.-]{1,32}")


class ReceiptNo(NamedTuple):
    """What identifies a receipt: the register (terminal), its sheet (batch) and the number on it."""

    register: str
    sheet: int
    trans: int


class Row(NamedTuple):
    """A good item row."""

    line: int
    number: ReceiptNo
    day: date
    counter: str
    position: int
    card_no: int
    group: str
    weight_g: int


@dataclasses.dataclass(slots=True)
class Items:
    """What the item file holds: good rows, bad lines, and the receipts that a bad line belongs to."""

    rows: list[Row]
    bad: list[BadLine]
    spoilt: set[ReceiptNo]

    def refuse(self, row: Row, what: str) -> None:
        """Name a row that read well but cannot be right, and leave its receipt out."""
        self.bad.append(BadLine(ITEMS_FILE, row.line, what))
        self.spoilt.add(row.number)


def read_items(folder: Path, *, tariff: Tariff, today: date) -> Items:
    """Read and judge the item rows. FileRefused when the file is missing, lacks a column or has more than MAX_ROWS rows."""
    lines = read_lines(folder / ITEMS_FILE)
    places = columns_of(next(lines, None), names=COLUMNS, file=ITEMS_FILE)
    items = Items([], [], set())
    before: CsvLine | None = None
    for line in lines:
        found = line if isinstance(line, BadLine) else _row(line, places=places, tariff=tariff, today=today)
        if isinstance(found, Row):
            items.rows.append(found)
        else:
            items.bad.append(found)
            items.spoilt.update(_touched(line, before=before, places=places))
        before = line if isinstance(line, CsvLine) and not isinstance(found, BadLine) else before
        if len(items.rows) > MAX_ROWS:
            raise FileRefused(f"{ITEMS_FILE} has more than {MAX_ROWS:,} rows: split it by day")
    _refuse_strays(items)
    return items


def _row(line: CsvLine, *, places: dict[str, int], tariff: Tariff, today: date) -> Row | BadLine:
    if len(line.fields) <= max(places.values()):
        return BadLine(ITEMS_FILE, line.line, f"has {len(line.fields)} fields, fewer than the header; fetch the line again")
    if line.is_torn:
        return BadLine(
            ITEMS_FILE, line.line, "the file ends in the middle of this line; fetch it again (a whole file ends its last line)"
        )
    text = {name: line.fields[at].strip() for name, at in places.items()}
    try:
        return Row(
            line=line.line,
            number=_number(text),
            day=_day(text["cday"], today=today),
            counter=_code(text["counter"], what="counter"),
            position=_whole(text["trans_pos"], what="trans_pos", least=0, most=MAX_SEQ),
            card_no=_whole(text["pcard_id"], what="pcard_id", least=1, most=MAX_CARD_NO),
            group=_group(text["customer_group"], tariff=tariff),
            weight_g=_whole(text["weight"], what="weight", least=1, most=MAX_WEIGHT_G),
        )
    except ValueError as problem:
        return BadLine(ITEMS_FILE, line.line, str(problem))


def _number(text: dict[str, str]) -> ReceiptNo:
    return ReceiptNo(
        _code(text["register_id"], what="register_id"),
        _whole(text["sheet_id"], what="sheet_id", least=0, most=MAX_BATCH_NO),
        _whole(text["trans_id"], what="trans_id", least=1, most=MAX_SEQ),
    )


def _whole(text: str, *, what: str, least: int, most: int) -> int:
    if not (text.isascii() and text.removeprefix("-").isdigit() and len(text) < 20):
        raise ValueError(f"{what} {text[:40]!r} is not a whole number; correct it")
    if not least <= int(text) <= most:
        raise ValueError(f"{what} {int(text):,} is not between {least:,} and {most:,}; correct it")
    return int(text)


def _code(text: str, *, what: str) -> str:
    if not _CODE.fullmatch(text):
        raise ValueError(f"{what} {text[:40]!r} is not 1 to 32 letters, digits, '_', '.' or '-'; correct it")
    return text


def _group(text: str, *, tariff: Tariff) -> str:
    if text not in tariff:
        raise ValueError(f"customer_group {text[:40]!r} is not in the tariff ({', '.join(tariff)}); add it or correct the line")
    return text


def _day(text: str, *, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"cday {text[:40]!r} is not a date like 2022-11-07; correct it") from None
    if day > today:
        raise ValueError(f"cday {day} is in the future; correct it")
    return day


def _touched(line: CsvLine | BadLine, *, before: CsvLine | None, places: dict[str, int]) -> Iterator[ReceiptNo]:
    """The receipts that a bad line may belong to: its own if it still says so, else that of the line before when nothing it says
    contradicts that (a line torn in the middle)."""
    if isinstance(line, BadLine):
        return
    if (own := _number_in(line, places=places)) is not None:
        yield own
    elif before is not None and _continues(line, before=before, places=places):
        number = _number_in(before, places=places)
        if number is not None:
            yield number


def _number_in(line: CsvLine, *, places: dict[str, int]) -> ReceiptNo | None:
    """The receipt number of a line whose other fields may be bad; None unless a field follows, which shows that it is whole."""
    at = [places["register_id"], places["sheet_id"], places["trans_id"]]
    if len(line.fields) <= max(at) + 1:
        return None
    try:
        return _number({name: line.fields[places[name]].strip() for name in ("register_id", "sheet_id", "trans_id")})
    except ValueError:
        return None


def _continues(line: CsvLine, *, before: CsvLine, places: dict[str, int]) -> bool:
    last = min(len(line.fields), places["trans_id"] + 1)
    same = all(line.fields[at] == before.fields[at] for at in range(last - 1))
    return same and before.fields[last - 1].startswith(line.fields[last - 1])


def _refuse_strays(items: Items) -> None:
    """A sheet is of one day, a register stands at one counter, and the journal is of one time: most rows say which."""
    days: dict[tuple[str, int], Counter[date]] = {}
    counters: dict[str, Counter[str]] = {}
    for row in items.rows:
        days.setdefault(row.number[:2], Counter())[row.day] += 1
        counters.setdefault(row.number.register, Counter())[row.counter] += 1
    day_of = {sheet: votes.most_common(1)[0][0] for sheet, votes in days.items()}
    counter_of = {register: votes.most_common(1)[0][0] for register, votes in counters.items()}
    in_order = sorted(row.day for row in items.rows)
    middle = in_order[len(in_order) // 2] if in_order else None
    for row in items.rows:
        register, sheet, _ = row.number
        if row.day != day_of[register, sheet]:
            items.refuse(row, f"cday {row.day}, but sheet {register}/{sheet} is of {day_of[register, sheet]}; correct it")
        elif row.counter != counter_of[register]:
            items.refuse(row, f"counter {row.counter}, but register {register} stands at {counter_of[register]}; correct it")
        elif middle is not None and abs((row.day - middle).days) > MAX_DAYS_APART:
            items.refuse(row, f"cday {row.day} is more than {MAX_DAYS_APART} days from the rest ({middle}); correct it")
    refused = {bad.line for bad in items.bad}
    items.rows = [row for row in items.rows if row.line not in refused]
