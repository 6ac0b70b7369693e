"""Write a small till journal of the shape of `till_journal.py`: made up, seeded, with everything a real one has."""

from __future__ import annotations

import csv
import dataclasses
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from onecard.simulation.till_journal import COLUMNS

ITEM_COLUMNS = tuple(COLUMNS)
PRICES_FEN = {"Studierende": 90, "Bedienstete": 110, "Gäste": 150}
TARIFF_LINE = ",".join(f"{group}={fen}" for group, fen in PRICES_FEN.items())
DISHES = ("Noodles", "Rice", "Soup, of the day", "Dumplings")
HEADER = (*ITEM_COLUMNS[:1], "eday", *ITEM_COLUMNS[1:8], "to_go", "dish", *ITEM_COLUMNS[8:])
FIRST_DAY = date(2026, 9, 1)


@dataclasses.dataclass(slots=True)
class Expected:
    """What importing the journal must come to, counted while it was written."""

    purchases: int = 0
    amount_fen: int = 0
    by_merchant: Counter[str] = dataclasses.field(default_factory=Counter)
    by_day: Counter[date] = dataclasses.field(default_factory=Counter)
    spent: Counter[int] = dataclasses.field(default_factory=Counter)
    missing: int = 0
    places: int = 0
    contradictory: int = 0
    days: list[date] = dataclasses.field(default_factory=list)

    @property
    def funded_fen(self) -> int:
        """Each card's spending rounded up to 10.00."""
        return sum((fen + 999) // 1_000 * 1_000 for fen in self.spent.values())


def write_journal(folder: Path, *, seed: int, days: int = 3, registers: int = 4, per_sheet: int = 25) -> Expected:
    """Write `dish_choices.csv` and `receipts.csv` into the folder and say what they must come to."""
    random = Random(f"journal {seed}")
    expected = Expected(days=[FIRST_DAY + timedelta(days=at + (at > 1)) for at in range(days)])
    groups = {100 + at: random.choice(tuple(PRICES_FEN)) for at in range(registers * per_sheet)}
    rows: list[list[object]] = []
    times: list[list[object]] = []
    for at_day, day in enumerate(expected.days):
        for register in range(registers):
            sheet = (day, "red" if register % 3 == 0 else "yellow", 500 + register, 10 + at_day)
            _write_sheet(sheet, rows, times, groups=groups, per_sheet=per_sheet, expected=expected, random=random)
    _contradict(rows, groups=groups, expected=expected)
    write_csv(folder / "dish_choices.csv", [HEADER, *rows])
    write_csv(folder / "receipts.csv", [["receipt_id", "eday", "pcard_id", "minute"], *times])
    return expected


def _write_sheet(
    sheet: tuple[date, str, int, int],
    rows: list[list[object]],
    times: list[list[object]],
    *,
    groups: dict[int, str],
    per_sheet: int,
    expected: Expected,
    random: Random,
) -> None:
    day, counter, register, sheet_id = sheet
    number, minute = 0, random.randrange(-4, 5)
    for _ in range(per_sheet):
        number, minute = _next_number(number, expected=expected, random=random), minute + random.randrange(3)
        card_no = random.choice(list(groups))
        amount_fen = 0
        for position in range(1, random.choice((2, 2, 2, 3, 4))):
            weight_g = random.randrange(6, 1_200)
            amount_fen += (weight_g * PRICES_FEN[groups[card_no]] + 50) // 100
            dish = random.choice(DISHES)
            rows.append(
                [day, 1, counter, register, sheet_id, number, position, card_no, groups[card_no], "False", dish, weight_g]
            )
        if random.random() < 0.8:
            times.append([f"{register}/{sheet_id}-{number}", 1, card_no, f"{minute}.0"])
        _count(expected, day=day, counter=counter, card_no=card_no, amount_fen=amount_fen)


def _next_number(number: int, *, expected: Expected, random: Random) -> int:
    if random.random() >= 0.15:
        return number + 1
    hole = random.randrange(1, 4)
    expected.missing += hole
    expected.places += 1
    return number + hole + 1


def _count(expected: Expected, *, day: date, counter: str, card_no: int, amount_fen: int) -> None:
    expected.purchases += 1
    expected.amount_fen += amount_fen
    expected.by_merchant[counter] += amount_fen
    expected.by_day[day] += amount_fen
    expected.spent[card_no] += amount_fen


def _contradict(rows: list[list[object]], *, groups: dict[int, str], expected: Expected) -> None:
    """Give one card another customer group on its last row; the totals follow."""
    seen = Counter(row[7] for row in rows)
    card_no = next((card_no for card_no, count in seen.items() if count > 1), None)
    if card_no is None:
        return
    last = max(at for at, row in enumerate(rows) if row[7] == card_no)
    row, before = rows[last], PRICES_FEN[groups[int(str(card_no))]]
    other = next(group for group, fen in PRICES_FEN.items() if fen != before)
    change = (int(str(row[11])) * PRICES_FEN[other] + 50) // 100 - (int(str(row[11])) * before + 50) // 100
    row[8] = other
    expected.contradictory = 1
    expected.amount_fen += change
    expected.by_merchant[str(row[2])] += change
    expected.spent[int(str(card_no))] += change
    expected.by_day[next(day for day in expected.days if day == row[0])] += change


def write_csv(path: Path, rows: Iterable[Iterable[object]], *, encoding: str = "utf-8") -> None:
    """Write the rows as CSV with plain line ends."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
