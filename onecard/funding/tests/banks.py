"""A bank for the tests: its lines, and its files in either layout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from onecard.funding.actions.receive_bank_file import receive_bank_file
from onecard.funding.bank_writing import write_bank_file
from onecard.funding.layouts import CSV, Layout
from onecard.funding.models import BankFile, BankLine
from onecard.funding.types import BankReceived, BankSays
from onecard.kernel import clock
from onecard.people.types import DeliveredFile
from tests.world import CARD_NO, DAY, NOON, World

EVENING = NOON + timedelta(hours=8)


def said(reference: int, who: str = "lin", amount_fen: int = 2_000, *, at: datetime = NOON, line: int = 0) -> BankSays:
    """A line of the bank's: `who` is a name of the cast, or a number that nobody has."""
    person_no = f"2026{CARD_NO[who]}" if who in CARD_NO else who
    return BankSays(line, reference, person_no, who.title(), amount_fen, at.astimezone(clock.campus_zone()))


def bank_file(
    lines: Sequence[BankSays], *, layout: Layout = CSV, day: date = DAY, encoding: str = "utf-8", name: str = "bank.csv"
) -> DeliveredFile:
    return DeliveredFile(name, write_bank_file(layout, day=day, lines=lines, encoding=encoding))


def hand_in(world: World, lines: Sequence[BankSays], *, layout: Layout = CSV, day: date = DAY) -> BankReceived:
    with clock.at(EVENING + (day - DAY)):
        return receive_bank_file(world.cast.clerk, layout.name, file=bank_file(lines, layout=layout, day=day))


def received(world: World, lines: Sequence[BankSays], *, day: date = DAY) -> int:
    """The id of the file with these lines, which must have been taken in."""
    file_id = hand_in(world, lines, day=day).file_id
    assert file_id is not None
    return file_id


def line_of(reference: int, *, file_id: int | None = None) -> BankLine:
    lines = BankLine.objects.select_related("held").filter(reference=reference)
    return lines.get(file_id=file_id or BankFile.objects.latest("pk").pk)


def findings() -> dict[int, str]:
    """The results of the last file by reference number."""
    last = BankFile.objects.latest("pk")
    return dict(BankLine.objects.filter(file=last).values_list("reference", "finding"))
