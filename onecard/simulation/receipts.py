"""Put a till journal's item rows together into receipts, with their times. Pure: no database."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from onecard.kernel.csv_lines import BadLine, CsvLine, columns_of, read_lines
from onecard.people.types import PersonKind
from onecard.simulation.tariff import Tariff
from onecard.simulation.till_journal import ITEMS_FILE, Items, ReceiptNo, Row, read_items

TIMES_FILE = "receipts.csv"
TIME_COLUMNS = {name: (name,) for name in ("receipt_id", "minute")}
_RECEIPT_ID = re.compile(r"([0-9A-Za-z_.-]{1,32})/([0-9]{1,10})-([0-9]{1,9})")
_MINUTE = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,6})?")
FIRST_MINUTE = -11 * 60
LAST_MINUTE = 13 * 60

Times = dict[ReceiptNo, int | None]
"""Seconds after 11:00 by receipt; None where the line that says it cannot be read."""


@dataclasses.dataclass(frozen=True, slots=True)
class Receipt:
    """One purchase of the journal: `line` is its first item row, `after_s` seconds after 11:00 on campus."""

    number: ReceiptNo
    line: int
    day: date
    counter: str
    card_no: int
    amount_fen: int
    after_s: int = 0


@dataclasses.dataclass(slots=True)
class Journal:
    """A judged journal. `contradicting` are receipts whose number an earlier receipt has for another card.

    `kinds` is each card's person kind: the first one that the file names; `contradictory` lists the cards that have several.
    """

    receipts: list[Receipt]
    contradicting: list[Receipt]
    bad: list[BadLine]
    left_out: int
    kinds: dict[int, PersonKind]
    contradictory: list[int]

    @property
    def days(self) -> list[date]:
        """The days of the journal, in order."""
        return sorted({receipt.day for receipt in self.receipts})


def read_journal(folder: Path, *, tariff: Tariff, today: date) -> Journal:
    """Read the folder's two files. kernel.csv_lines.FileRefused when one of them is missing or no journal at all."""
    items = read_items(folder, tariff=tariff, today=today)
    times, bad_times = read_times(folder / TIMES_FILE)
    first, later = _together(items, tariff=tariff)
    seen = len({*first, *items.spoilt})
    receipts = [receipt for number, receipt in first.items() if number not in items.spoilt]
    receipts = _timed(receipts, times=times, known=[*first, *items.spoilt])
    booked = {receipt.number: receipt for receipt in receipts}
    contradicting = [dataclasses.replace(one, after_s=booked[one.number].after_s) for one in later if one.number in booked]
    kinds, contradictory = _kinds(items.rows, tariff=tariff, cards={one.card_no for one in receipts})
    return Journal(
        receipts=receipts,
        contradicting=contradicting,
        bad=sorted([*items.bad, *bad_times], key=lambda bad: (bad.file, bad.line)),
        left_out=seen - len(receipts),
        kinds=kinds,
        contradictory=contradictory,
    )


def read_times(path: Path) -> tuple[Times, list[BadLine]]:
    """The receipts' times and the lines that cannot be used; of two times for one receipt the first counts."""
    lines = read_lines(path)
    places = columns_of(next(lines, None), names=TIME_COLUMNS, file=path.name)
    times: Times = {}
    bad = []
    for line in lines:
        problem = line if isinstance(line, BadLine) else _take_time(line, places=places, times=times, file=path.name)
        if problem:
            bad.append(problem)
    return times, bad


def _take_time(line: CsvLine, *, places: dict[str, int], times: Times, file: str) -> BadLine | None:
    fields = [field.strip() for field in line.fields]
    if not fields or not (match := _RECEIPT_ID.fullmatch(fields[places["receipt_id"]])):
        return BadLine(file, line.line, "receipt_id is not like 341101/248-17; correct it")
    number = ReceiptNo(match[1], int(match[2]), int(match[3]))
    minute = fields[places["minute"]] if len(fields) > places["minute"] and not line.is_torn else ""
    if not _MINUTE.fullmatch(minute) or not FIRST_MINUTE <= Fraction(minute) < LAST_MINUTE:
        times.setdefault(number, None)
        return BadLine(file, line.line, f"minute {minute[:20]!r} is not a time of that day; correct it or fetch it again")
    after_s = int(Fraction(minute) * 60)
    if (known := times.setdefault(number, after_s)) != after_s:
        return BadLine(file, line.line, f"an earlier line has receipt {fields[places['receipt_id']]} at {known} s; keep one")
    return None


def _together(items: Items, *, tariff: Tariff) -> tuple[dict[ReceiptNo, Receipt], list[Receipt]]:
    """Receipts by number, and those that came later under a taken number for another card (their lines are named)."""
    first: dict[ReceiptNo, Receipt] = {}
    later: dict[tuple[ReceiptNo, int], Receipt] = {}
    seen: dict[tuple[ReceiptNo, int, int], Row] = {}
    for row in items.rows:
        earlier = seen.setdefault((row.number, row.card_no, row.position), row)
        if earlier is not row:
            _name_repetition(items, row, earlier=earlier)
            continue
        holder = first.setdefault(row.number, _empty(row))
        fen = tariff[row.group].of(row.weight_g)
        if holder.card_no == row.card_no:
            first[row.number] = dataclasses.replace(holder, amount_fen=holder.amount_fen + fen)
            continue
        other = later.get((row.number, row.card_no), _empty(row))
        later[row.number, row.card_no] = dataclasses.replace(other, amount_fen=other.amount_fen + fen)
        what = f"its receipt is card {holder.card_no} on line {holder.line}; held as a conflict, find out which is right"
        items.bad.append(BadLine(ITEMS_FILE, row.line, what))
    return first, list(later.values())


def _name_repetition(items: Items, row: Row, *, earlier: Row) -> None:
    if row._replace(line=earlier.line) == earlier:
        items.bad.append(BadLine(ITEMS_FILE, row.line, f"is line {earlier.line} again; left out"))
    else:
        items.refuse(row, f"contradicts line {earlier.line}, which is the same item of the same receipt; correct one")


def _empty(row: Row) -> Receipt:
    return Receipt(row.number, row.line, row.day, row.counter, row.card_no, amount_fen=0)


def _timed(receipts: list[Receipt], *, times: Times, known: Iterable[ReceiptNo]) -> list[Receipt]:
    """Give each receipt its time, else that of the receipt before it on its sheet, else 11:00.

    A receipt whose time would come from an unreadable line is left out.
    """
    after: dict[ReceiptNo, int | None] = {}
    sheet: tuple[str, int] | None = None
    last: int | None = 0
    for number in sorted({*known, *times}):
        if number[:2] != sheet:
            sheet, last = number[:2], 0
        last = times.get(number, last)
        after[number] = last
    return [
        dataclasses.replace(receipt, after_s=after_s) for receipt in receipts if (after_s := after[receipt.number]) is not None
    ]


def _kinds(rows: Iterable[Row], *, tariff: Tariff, cards: set[int]) -> tuple[dict[int, PersonKind], list[int]]:
    kinds: dict[int, PersonKind] = {}
    contradictory: dict[int, None] = {}
    for row in rows:
        if row.card_no in cards:
            kind = tariff[row.group].kind
            if kinds.setdefault(row.card_no, kind) is not kind:
                contradictory[row.card_no] = None
    return kinds, list(contradictory)
