"""The day report (日结报表) as titled tables, from the figures as they were kept: what its text and its Excel file share.

Pure but for the language: the same figures give the same paper in the language that is active.
"""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onecard.closing.models import DayReport, Seal
from onecard.kernel.clock import campus_zone
from onecard.ledger.types import Subject, TransferKind

Cell = int | str


class Column(enum.Enum):
    """How a column is written: text to the left, counts and money (fen, written in yuan) to the right."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """A titled table; the headings are (text, how to write the column)."""

    title: str
    headings: tuple[tuple[str, Column], ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """The whole report: its title, the lines under it, the tables, and the lines of the seal."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    seal: tuple[tuple[str, str], ...]


def paper(report: DayReport, *, seal: Seal) -> Paper:
    """The report of a closed day in the active language."""
    figures: dict[str, Any] = report.figures
    return Paper(
        title=_("Day report"),
        facts=(
            (_("Report number"), figures["report_no"]),
            (_("Business day"), figures["day"]),
            (_("Made at"), _moment(figures["made_at"])),
            (_("Made by"), figures["made_by"]),
            (_("Transfers"), f"{figures['transfers']:,}"),
        ),
        tables=(
            _subjects(figures["subjects"]),
            _purses(figures["purses"]),
            _kinds(figures["kinds"]),
            _by_merchant(figures["takings"]),
            _by_terminal(figures["takings"]),
            _held(figures["held"]),
            _gaps(figures["gaps"]),
        ),
        seal=(
            (_("Merkle root"), seal.root),
            (_("Previous seal"), seal.previous_hash),
            (_("This seal"), seal.hash),
            (_("Key"), seal.key_id),
            (_("Signature"), bytes(seal.signature).hex()),
        ),
    )


def _subjects(lines: list[dict[str, Any]]) -> Table:
    money = [(heading, Column.MONEY) for heading in (_("Opening"), _("Debits"), _("Credits"), _("Closing"))]
    rows = tuple(
        (
            f"{line['subject']} {Subject(line['subject']).label}",
            line["opening_fen"],
            line["debits_fen"],
            line["credits_fen"],
            line["closing_fen"],
        )
        for line in lines
    )
    total = (_("Total of turnover"), "", _sum(lines, "debits_fen"), _sum(lines, "credits_fen"), "")
    return Table(_("Trial balance"), ((_("Subject"), Column.TEXT), *money), rows, total)


def _purses(purses: dict[str, Any]) -> Table:
    moved = purses["movements"]
    rows = (
        (_("Opening"), "", "", purses["opening_fen"]),
        *((TransferKind(line["kind"]).label, line["entered_fen"], line["left_fen"], "") for line in moved),
    )
    return Table(
        _("Card holders' purses"),
        ((_("Movement"), Column.TEXT), (_("In"), Column.MONEY), (_("Out"), Column.MONEY), (_("Balance"), Column.MONEY)),
        tuple((str(name), entered, left, balance) for name, entered, left, balance in rows),
        (_("Closing"), _sum(moved, "entered_fen"), _sum(moved, "left_fen"), purses["closing_fen"]),
    )


def _kinds(lines: list[dict[str, Any]]) -> Table:
    return Table(
        _("Transfers by kind"),
        ((_("Kind"), Column.TEXT), (_("Number"), Column.COUNT), (_("Amount"), Column.MONEY)),
        tuple((str(TransferKind(line["kind"]).label), line["transfers"], line["sum_fen"]) for line in lines),
        (_("Total"), _sum(lines, "transfers"), _sum(lines, "sum_fen")),
    )


def _by_merchant(takings: list[dict[str, Any]]) -> Table:
    merchants = {line["merchant"]: line["merchant_name"] for line in takings}
    lines = {code: [line for line in takings if line["merchant"] == code] for code in merchants}
    return Table(
        _("Takings by merchant"),
        ((_("Merchant"), Column.TEXT), (_("Name"), Column.TEXT), *_purchases()),
        tuple((code, merchants[code], *_net(of_code)) for code, of_code in lines.items()),
        (_("Total"), "", *_net(takings)),
    )


def _by_terminal(takings: list[dict[str, Any]]) -> Table:
    return Table(
        _("Takings by terminal"),
        ((_("Terminal"), Column.TEXT), (_("Merchant"), Column.TEXT), *_purchases()),
        tuple((line["terminal"], line["merchant"], *_net([line])) for line in takings),
        (_("Total"), "", *_net(takings)),
    )


def _purchases() -> tuple[tuple[str, Column], ...]:
    return (_("Purchases"), Column.COUNT), (_("Reversals"), Column.COUNT), (_("Amount"), Column.MONEY)


def _net(takings: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Purchases, reversals and the net amount; reports of version 1 knew no reversals."""
    return _sum(takings, "purchases"), sum(line.get("reversals", 0) for line in takings), _sum(takings, "amount_fen")


def _held(held: dict[str, Any]) -> Table:
    return Table(
        _("Held records: %(count)s") % {"count": held["count"]},
        ((_("Source"), Column.TEXT), (_("Record"), Column.TEXT), (_("Reason"), Column.TEXT), (_("Received at"), Column.TEXT)),
        tuple(
            (line["source"], str(line["source_seq"]), line["reason"], _moment(line["received_at"])) for line in held["records"]
        ),
    )


def _gaps(gaps: dict[str, Any]) -> Table:
    title = _("Missing records: %(numbers)s, places: %(places)s")
    return Table(
        title % {"numbers": gaps["numbers"], "places": gaps["places"]},
        ((_("Terminal"), Column.TEXT), (_("Batch"), Column.TEXT), (_("From"), Column.COUNT), (_("To"), Column.COUNT)),
        tuple((line["terminal"], str(line["batch_no"]), line["first_seq"], line["last_seq"]) for line in gaps["listed"]),
    )


def _moment(text: str) -> str:
    """A kept moment as the campus reads its clocks, with the zone."""
    return datetime.fromisoformat(text).astimezone(campus_zone()).isoformat(sep=" ", timespec="seconds")


def _sum(lines: Iterable[dict[str, Any]], name: str) -> int:
    return sum(line[name] for line in lines)
