"""The boards (看板), one a kind of reader: which tiles and parts each has, and who may open it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from onecard.kernel.money import yuan
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.months import queries as months
from onecard.months.rules import rolled
from onecard.reports import parts
from onecard.reports.types import Numbers, Part, Tile
from onecard.rollups.queries import turnover
from onecard.terminals import queries as terminals

SEES_DAYS, SEES_MONEY = "rollups.view_day", "rollups.view_movement"
MakeTile = Callable[[Numbers], Tile]
MakePart = Callable[[Numbers], Part]


@dataclasses.dataclass(frozen=True, slots=True)
class Board:
    """看板: its name in addresses, its title, the permission that opens it, and what stands on it."""

    name: str
    title: Any
    permission: str
    tiles: tuple[MakeTile, ...]
    parts: tuple[MakePart, ...]


def _compared(now_fen: int, before_fen: int) -> str:
    if before_fen == 0:
        return _now("nothing in the span before")
    return _now("%(change)s against ¥%(before)s") % {"change": parts.change(now_fen, before_fen), "before": yuan(before_fen)}


def takings_tile(numbers: Numbers) -> Tile:
    """What was spent, against before."""
    now, before = numbers.taken.total, numbers.taken_before.total
    purchases = _now("%(purchases)s purchases; ") % {"purchases": f"{now.purchases:,}"}
    return Tile(_("Takings"), f"¥{yuan(now.amount_fen)}", purchases + _compared(now.amount_fen, before.amount_fen))


def deposits_tile(numbers: Numbers) -> Tile:
    """What came into the purses, against before."""
    before_fen = sum(one.entered_fen for one in numbers.moved_before)
    return Tile(_("Into the purses"), f"¥{yuan(numbers.entered_fen)}", _compared(numbers.entered_fen, before_fen))


def balance_tile(numbers: Numbers) -> Tile:
    """What the purses hold at the span's end."""
    balance_fen = numbers.opening_fen + numbers.entered_fen - numbers.left_fen
    note = _now("¥%(before)s at the beginning") % {"before": yuan(numbers.opening_fen)}
    return Tile(_("Accumulated balance of deposits"), f"¥{yuan(balance_fen)}", note)


def payable_tile(numbers: Numbers) -> Tile:
    """What is owed to merchants at the span's end."""
    lines = rolled(numbers.sums_before, turnover=turnover(numbers.moved))
    owed_fen = next((line.closing_fen for line in lines if line.subject is Subject.MERCHANT_PAYABLE), 0)
    return Tile(_("Owed to merchants"), f"¥{yuan(owed_fen)}")


def cards_tile(numbers: Numbers) -> Tile:
    """Cards that bought on an average day, of the active ones."""
    active = next((one.cards_active for one in reversed(numbers.facts) if one.cards_active is not None), None)
    used = sum(one.cards_used for one in numbers.facts) // max(1, len(numbers.facts))
    note = "" if active is None else _now("of %(number)s active cards, on a business day") % {"number": f"{active:,}"}
    return Tile(_("Cards in use"), f"{used:,}", note)


def terminals_tile(numbers: Numbers) -> Tile:
    """Terminals in touch now, and with an alert."""
    counts = terminals.board_counts(terminals.board())
    note = _now("%(number)s with an alert") % {"number": f"{counts.alerting:,}"}
    return Tile(_("Terminals in touch"), f"{counts.online:,} / {counts.enrolled:,}", note, is_alarming=counts.alerting > 0)


def held_tile(numbers: Numbers) -> Tile:
    """Held records that wait now."""
    held = ledger.held_count()
    return Tile(_("Held records"), f"{held:,}", _now("wait for a person") if held else _now("nothing waits"), held > 0)


def gaps_tile(numbers: Numbers) -> Tile:
    """Numbers that are missing now."""
    missing, places = terminals.missing_totals()
    note = _now("at %(number)s places") % {"number": f"{places:,}"} if missing else _now("every record arrived")
    return Tile(_("Missing numbers"), f"{missing:,}", note, is_alarming=missing > 0)


def month_tile(numbers: Numbers) -> Tile:
    """Which month is closed next, and whether finance's balance agrees."""
    span = months.month_to_close()
    if span is None:
        return Tile(_("Month to close"), "–")
    figure = months.figure_of(span.month)
    if figure is None:
        return Tile(_("Month to close"), str(span), _now("finance's balance is not known yet"))
    difference_fen = months.figures_of(span).books_fen - figure.payable_fen
    note = _now("difference ¥%(amount)s") % {"amount": yuan(difference_fen)}
    return Tile(_("Month to close"), str(span), note, is_alarming=difference_fen != 0)


BOARDS = {
    board.name: board
    for board in (
        Board(
            "centre",
            _("The centre"),
            SEES_DAYS,
            (takings_tile, deposits_tile, balance_tile, cards_tile, terminals_tile, held_tile, gaps_tile),
            (parts.trend, parts.quarters, parts.merchants, parts.week, parts.channels),
        ),
        Board(
            "settlement",
            _("Settlement"),
            SEES_MONEY,
            (takings_tile, payable_tile, month_tile, held_tile, gaps_tile),
            (parts.merchants, parts.trend, parts.channels, parts.refunds, parts.months),
        ),
        Board(
            "finance",
            _("Finance"),
            SEES_MONEY,
            (deposits_tile, balance_tile, payable_tile, month_tile),
            (parts.balances, parts.channels, parts.refunds, parts.subjects, parts.months),
        ),
        Board(
            "director",
            _("Director"),
            SEES_MONEY,
            (takings_tile, deposits_tile, balance_tile, cards_tile, held_tile, month_tile),
            (parts.trend, parts.merchants, parts.balances, parts.week, parts.months),
        ),
    )
}
"""The boards by name, in the order of their tabs."""
