"""A till journal's tariff: what 100 g cost each customer group, and which person kind the group is.

Either a CSV file (columns customer_group, person_kind, fen_per_100g) or a line like "Studierende=90,Bedienstete=110,Gäste=150".
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

from onecard.kernel.csv_lines import BadLine, FileRefused, columns_of, read_lines
from onecard.kernel.money import divide_half_up
from onecard.people.types import PersonKind

MAX_FEN_PER_100G = 100_000
COLUMNS = {name: (name,) for name in ("customer_group", "person_kind", "fen_per_100g")}
USUAL_KINDS = {
    "studierende": PersonKind.UNDERGRADUATE,
    "students": PersonKind.UNDERGRADUATE,
    "学生": PersonKind.UNDERGRADUATE,
    "bedienstete": PersonKind.STAFF,
    "staff": PersonKind.STAFF,
    "教职工": PersonKind.STAFF,
}
"""The person kind of a group that is named without one; any other group is a visitor's."""


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """What one customer group pays, in fen per 100 g, and which person kind it is."""

    kind: PersonKind
    fen_per_100g: int

    def of(self, weight_g: int) -> int:
        """The price of one weighed item, rounded half up to a fen."""
        return divide_half_up(weight_g * self.fen_per_100g, 100)


Tariff = dict[str, Price]


def tariff_of(given: str) -> Tariff:
    """Read the tariff file or line; FileRefused says what is wrong with it."""
    return _from_line(given) if "=" in given and not Path(given).exists() else _from_file(Path(given))


def _from_line(given: str) -> Tariff:
    tariff: Tariff = {}
    for part in given.split(","):
        group, _, fen = (piece.strip() for piece in part.partition("="))
        kind = USUAL_KINDS.get(group.lower(), PersonKind.VISITOR)
        _add(tariff, group=group, kind=kind, fen=fen, where=f"tariff {part.strip()!r}")
    return tariff


def _from_file(path: Path) -> Tariff:
    lines = read_lines(path)
    places = columns_of(next(lines, None), names=COLUMNS, file=path.name)
    tariff: Tariff = {}
    for line in lines:
        if isinstance(line, BadLine):
            raise FileRefused(str(line))
        where = f"{path.name}, line {line.line}"
        if len(line.fields) <= max(places.values()):
            raise FileRefused(f"{where}: columns are missing")
        group, kind, fen = (line.fields[places[name]].strip() for name in COLUMNS)
        if kind not in PersonKind.values:
            raise FileRefused(f"{where}: person kind {kind!r} is unknown; use one of: {', '.join(PersonKind.values)}")
        _add(tariff, group=group, kind=PersonKind(kind), fen=fen, where=where)
    if not tariff:
        raise FileRefused(f"{path.name} has no line with a customer group")
    return tariff


def _add(tariff: Tariff, *, group: str, kind: PersonKind, fen: str, where: str) -> None:
    if not (fen.isascii() and fen.isdigit() and 0 < int(fen) <= MAX_FEN_PER_100G):
        raise FileRefused(f"{where}: {fen!r} is not a price between 1 and {MAX_FEN_PER_100G:,} fen per 100 g")
    if not group or group in tariff:
        raise FileRefused(f"{where}: customer group {group!r} is empty or there already")
    tariff[group] = Price(kind, int(fen))
