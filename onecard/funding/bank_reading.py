"""Read a bank's file by its layout: all of it or nothing, and the line that is wrong by its number (BUSINESS: Money in).

Pure: bytes in, lines out. A file that was torn, doubled or put together wrongly disagrees with its own total, and is refused.
"""

from __future__ import annotations

import dataclasses
import enum
import io
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from onecard.funding.layouts import Amounts, Cell, CsvForm, FixedForm, Layout, Slice
from onecard.funding.types import BankDay, BankFileRefused, BankProblem, BankSays
from onecard.kernel.csv_lines import BadLine, CsvLine, FileRefused, lines_of
from onecard.kernel.money import fen

MAX_BYTES = 8 * 1024 * 1024
MAX_LINES = 10_000
"""As many as one call of the ledger books."""
MOST_FEN = 100_000_000
MOST_DIGITS = 18
MOST_OF_A_NUMBER = 32
MOST_OF_A_NAME = 80
Cells = Mapping[Cell, str]


class Part(enum.Enum):
    """Which part of the file a line is."""

    HEAD = "head"
    LINE = "line"
    TOTAL = "total"


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A line of the file, cut into its cells."""

    part: Part
    line: int
    cells: Cells


def read_bank_file(content: bytes, *, layout: Layout, zone: ZoneInfo, today: date) -> BankDay:
    """The file's day, lines and sum. BankFileRefused for anything that is not as the layout says, or not as its total says."""
    if not 0 < len(content) <= MAX_BYTES:
        raise BankFileRefused(BankProblem.SIZE, detail=f"{len(content):,} / {MAX_BYTES:,}")
    form = layout.form
    records = _csv_records(content, form=form) if isinstance(form, CsvForm) else _fixed_records(content, form=form)
    lines: list[BankSays] = []
    whole: dict[Cell, str] = {}
    ends_at = 0
    for record in records:
        if ends_at:
            raise BankFileRefused(BankProblem.AFTER_TOTAL, line=record.line)
        if record.part is Part.LINE:
            _refuse_too_many(record, lines)
            lines.append(_line(record, layout=layout, zone=zone))
            continue
        if record.part is Part.HEAD and whole:
            raise BankFileRefused(BankProblem.UNREADABLE, line=record.line)
        whole.update(record.cells)
        ends_at = record.line if record.part is Part.TOTAL else 0
    if not ends_at:
        raise BankFileRefused(BankProblem.NO_TOTAL)
    day = _day(whole[Cell.DAY], layout=layout, zone=zone, line=ends_at)
    _refuse_untrue(lines, whole=whole, day=day, today=today, layout=layout, ends_at=ends_at)
    return BankDay(day, tuple(lines), sum(one.amount_fen for one in lines))


def _refuse_too_many(record: Record, lines: list[BankSays]) -> None:
    if len(lines) == MAX_LINES:
        raise BankFileRefused(BankProblem.TOO_MANY, line=record.line, detail=f"{MAX_LINES:,}")


def _csv_records(content: bytes, *, form: CsvForm) -> Iterator[Record]:
    places: dict[Cell, int] = {}
    try:
        for row in lines_of(io.BytesIO(content), name=""):
            if isinstance(row, BadLine):
                raise BankFileRefused(BankProblem.UNREADABLE, line=row.line, detail=gettext(row.what))
            if not places:
                places = _places(row, form=form)
            else:
                yield _csv_record(row, places=places, form=form)
    except FileRefused as refused:
        raise BankFileRefused(BankProblem.SIZE, detail=refused) from refused


def _places(row: CsvLine, *, form: CsvForm) -> dict[Cell, int]:
    plain = [field.strip().lower() for field in row.fields]
    found = {cell: [at for at, name in enumerate(plain) if name in names] for cell, names in form.headings.items()}
    wrong = [names[0] for cell, names in form.headings.items() if len(found[cell]) != 1]
    if wrong:
        raise BankFileRefused(BankProblem.NO_COLUMN, line=row.line, detail=", ".join(wrong))
    return {cell: at for cell, [at] in found.items()}


def _csv_record(row: CsvLine, *, places: Mapping[Cell, int], form: CsvForm) -> Record:
    if len(row.fields) <= max(places.values()):
        raise BankFileRefused(BankProblem.UNREADABLE, line=row.line, detail=f"{len(row.fields)} / {max(places.values()) + 1}")
    cells = {cell: row.fields[at].strip() for cell, at in places.items()}
    if cells[Cell.REFERENCE].lower() in form.total_words:
        return Record(Part.TOTAL, row.line, {cell: cells[column] for cell, column in form.totals.items()})
    return Record(Part.LINE, row.line, cells)


def _fixed_records(content: bytes, *, form: FixedForm) -> Iterator[Record]:
    cut = {
        form.head_mark.encode(): (Part.HEAD, form.head),
        form.line_mark.encode(): (Part.LINE, form.line),
        form.total_mark.encode(): (Part.TOTAL, form.total),
    }
    for number, raw in enumerate(io.BytesIO(content), start=1):
        text = raw.rstrip(b"\r\n")
        if not text:
            continue
        part, slices = cut.get(text[:1], (None, ()))
        if number == 1 and part is not Part.HEAD:
            raise BankFileRefused(BankProblem.NO_HEAD, line=number, detail=repr(text[:20]))
        if part is None:
            raise BankFileRefused(BankProblem.UNREADABLE, line=number, detail=repr(text[:20]))
        yield Record(part, number, _cells(text, slices=slices, encoding=form.encoding, line=number))


def _cells(text: bytes, *, slices: tuple[Slice, ...], encoding: str, line: int) -> Cells:
    width = max(one.start + one.width for one in slices)
    if len(text) != width:
        raise BankFileRefused(BankProblem.UNREADABLE, line=line, detail=f"{len(text)} / {width}")
    try:
        return {one.cell: text[one.start : one.start + one.width].decode(encoding).strip() for one in slices}
    except UnicodeDecodeError as problem:
        raise BankFileRefused(BankProblem.UNREADABLE, line=line, detail=f"{encoding.upper()}?") from problem


def _line(record: Record, *, layout: Layout, zone: ZoneInfo) -> BankSays:
    cells = record.cells
    person_no, full_name = cells[Cell.PERSON_NO], cells[Cell.FULL_NAME]
    if not 0 < len(person_no) <= MOST_OF_A_NUMBER or not person_no.isprintable():
        raise BankFileRefused(BankProblem.BAD_PERSON, line=record.line, detail=ascii(person_no[:MOST_OF_A_NUMBER]))
    return BankSays(
        line=record.line,
        reference=_number(cells[Cell.REFERENCE], problem=BankProblem.BAD_REFERENCE, line=record.line, least=1),
        person_no=person_no,
        full_name="".join(sign for sign in full_name if sign.isprintable())[:MOST_OF_A_NAME],
        amount_fen=_amount(cells[Cell.AMOUNT], layout=layout, line=record.line),
        occurred_at=_moment(cells[Cell.OCCURRED_AT], layout=layout, zone=zone, line=record.line),
    )


def _number(text: str, *, problem: BankProblem, line: int, least: int = 0) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) >= least):
        raise BankFileRefused(problem, line=line, detail=text)
    return int(text)


def _amount(text: str, *, layout: Layout, line: int, least: int = 1, most: int = MOST_FEN) -> int:
    try:
        amount_fen = fen(text) if layout.amounts is Amounts.YUAN else int(text) if text.isascii() and text.isdigit() else -1
    except ValueError:
        amount_fen = -1
    if not least <= amount_fen <= most:
        raise BankFileRefused(BankProblem.BAD_AMOUNT, line=line, detail=text)
    return amount_fen


def _moment(text: str, *, layout: Layout, zone: ZoneInfo, line: int) -> datetime:
    return _time(text, layout.moments, zone=zone, line=line)


def _day(text: str, *, layout: Layout, zone: ZoneInfo, line: int) -> date:
    return _time(text, layout.days, zone=zone, line=line).date()


def _time(text: str, written: str, *, zone: ZoneInfo, line: int) -> datetime:
    """Written exactly so: strptime alone would take 2026911 for a date."""
    try:
        found = datetime.strptime(text, written).replace(tzinfo=zone)
    except ValueError:
        found = None
    if found is None or found.strftime(written) != text:
        raise BankFileRefused(BankProblem.BAD_TIME, line=line, detail=text)
    return found


def _refuse_untrue(lines: list[BankSays], *, whole: Cells, day: date, today: date, layout: Layout, ends_at: int) -> None:
    """Whether the lines agree with what the file says of itself, and with each other."""
    if day > today:
        raise BankFileRefused(BankProblem.FUTURE, line=ends_at, detail=day)
    seen: dict[int, int] = {}
    for one in lines:
        if one.occurred_at.date() > day:
            raise BankFileRefused(BankProblem.LATER, line=one.line, detail=f"{one.occurred_at:%Y-%m-%d %H:%M} > {day}")
        if one.reference in seen:
            raise BankFileRefused(BankProblem.TWICE, line=one.line, detail=f"{one.reference}: {seen[one.reference]}")
        seen[one.reference] = one.line
    count = _number(whole[Cell.COUNT], problem=BankProblem.COUNT_DIFFERS, line=ends_at)
    if count != len(lines):
        raise BankFileRefused(BankProblem.COUNT_DIFFERS, line=ends_at, detail=f"{len(lines):,} / {count:,}")
    total_fen, sum_fen = (
        _amount(whole[Cell.TOTAL], layout=layout, line=ends_at, least=0, most=MOST_FEN * MAX_LINES),
        sum(one.amount_fen for one in lines),
    )
    if total_fen != sum_fen:
        raise BankFileRefused(BankProblem.TOTAL_DIFFERS, line=ends_at, detail=f"{sum_fen} / {total_fen}")
