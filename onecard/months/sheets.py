"""A month's tables in the active language, for its page, its files and the command line."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from onecard.months.papers import CHANNELS, UNPLACED
from onecard.months.types import MonthFigures, Rolled
from onecard.papers.types import Cell, CellKind, SheetTable

Heading = tuple[str, CellKind]


def purses_table(figures: MonthFigures) -> SheetTable:
    """The roll-forward by purse: opening + in - out = closing."""
    return _rolled_table(_("Balance of deposits by purse"), figures.purses, is_summed=True)


def subjects_table(figures: MonthFigures) -> SheetTable:
    """The roll-forward of every subject."""
    return _rolled_table(_("All subjects"), figures.subjects, is_summed=False)


def _rolled_table(title: str, lines: Sequence[Rolled], *, is_summed: bool) -> SheetTable:
    headings = (_text(_("Subject")), *(_money(one) for one in (_("Opening balance"), _("In"), _("Out"), _("Closing balance"))))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (str(one.subject.label), one.opening_fen, one.in_fen, one.out_fen, one.closing_fen) for one in lines
    )
    sums = (
        sum(one.opening_fen for one in lines),
        sum(one.in_fen for one in lines),
        sum(one.out_fen for one in lines),
        sum(one.closing_fen for one in lines),
    )
    return SheetTable(title, headings, rows, (_("Total"), *sums) if is_summed else None)


def moves_table(figures: MonthFigures) -> SheetTable:
    """What moved the purses, by kind and by where it came from or went."""
    return SheetTable(
        _("What moved the purses"),
        (_text(_("Purse")), _text(_("Kind")), _text(_("From or to")), _money(_("In")), _money(_("Out"))),
        tuple(
            (str(one.subject.label), str(one.kind.label), str(one.other.label), one.in_fen, one.out_fen) for one in figures.moves
        ),
        (_("Total"), "", "", figures.in_fen, figures.out_fen),
    )


def deposits_table(figures: MonthFigures) -> SheetTable:
    """存款总收入表: deposits by channel and source."""
    lines = figures.deposits
    return SheetTable(
        _("Deposits by channel and source"),
        (
            _text(_("Channel")),
            _text(_("Source")),
            (_("Number"), CellKind.COUNT),
            _money(_("Deposited")),
            _money(_("Taken back")),
            _money(_("Deposits")),
        ),
        tuple(
            (str(CHANNELS[one.channel.name]), one.source, one.deposits, one.deposited_fen, one.reversed_fen, one.net_fen)
            for one in lines
        ),
        (
            _("Total"),
            "",
            sum(one.deposits for one in lines),
            sum(one.deposited_fen for one in lines),
            sum(one.reversed_fen for one in lines),
            sum(one.net_fen for one in lines),
        ),
    )


def income_table(figures: MonthFigures) -> SheetTable:
    """What was spent by income unit."""
    lines = figures.income
    return SheetTable(
        _("Spent by income unit"),
        (
            _text(_("Income unit")),
            _text(_("Name")),
            (_("Purchases"), CellKind.COUNT),
            (_("Reversals"), CellKind.COUNT),
            _money(_("Amount")),
        ),
        tuple((one.code, one.name or str(UNPLACED), one.purchases, one.reversals, one.amount_fen) for one in lines),
        (
            _("Total"),
            "",
            sum(one.purchases for one in lines),
            sum(one.reversals for one in lines),
            sum(one.amount_fen for one in lines),
        ),
    )


def _text(title: str) -> Heading:
    return title, CellKind.TEXT


def _money(title: str) -> Heading:
    return title, CellKind.FEN
