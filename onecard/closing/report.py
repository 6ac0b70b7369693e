"""The day report (日结报表) as a sheet, from the figures as they were kept: what its page, text, PDF and Excel file share.

Pure but for the language: the same figures give the same paper in the language that is active.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from onecard.closing.models import DayReport, Seal
from onecard.kernel.clock import campus_zone
from onecard.ledger.types import Subject, TransferKind
from onecard.papers.types import CellKind, Sheet, SheetTable


def report_sheet(report: DayReport, *, seal: Seal, address: str = "") -> Sheet:
    """The report of a closed day in the active language; `address` is the page on which it can be checked."""
    figures: dict[str, Any] = report.figures
    return Sheet(
        title=_("Day report"),
        number=report.report_no,
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
        marks=(
            (_("Merkle root"), seal.root),
            (_("Previous seal"), seal.previous_hash),
            (_("This seal"), seal.hash),
            (_("Key"), seal.key_id),
            (_("Signature"), bytes(seal.signature).hex()),
        ),
        made_at=report.made_at.isoformat(),
        address=address,
    )


def _subjects(lines: list[dict[str, Any]]) -> SheetTable:
    money = [(heading, CellKind.FEN) for heading in (_("Opening"), _("Debits"), _("Credits"), _("Closing"))]
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
    return SheetTable(_("Trial balance"), ((_("Subject"), CellKind.TEXT), *money), rows, total)


def _purses(purses: dict[str, Any]) -> SheetTable:
    moved = purses["movements"]
    rows = (
        (_("Opening"), "", "", purses["opening_fen"]),
        *((TransferKind(line["kind"]).label, line["entered_fen"], line["left_fen"], "") for line in moved),
    )
    return SheetTable(
        _("Card holders' purses"),
        ((_("Movement"), CellKind.TEXT), (_("In"), CellKind.FEN), (_("Out"), CellKind.FEN), (_("Balance"), CellKind.FEN)),
        tuple((str(name), entered, left, balance) for name, entered, left, balance in rows),
        (_("Closing"), _sum(moved, "entered_fen"), _sum(moved, "left_fen"), purses["closing_fen"]),
    )


def _kinds(lines: list[dict[str, Any]]) -> SheetTable:
    return SheetTable(
        _("Transfers by kind"),
        ((_("Kind"), CellKind.TEXT), (_("Number"), CellKind.COUNT), (_("Amount"), CellKind.FEN)),
        tuple((str(TransferKind(line["kind"]).label), line["transfers"], line["sum_fen"]) for line in lines),
        (_("Total"), _sum(lines, "transfers"), _sum(lines, "sum_fen")),
    )


def _by_merchant(takings: list[dict[str, Any]]) -> SheetTable:
    merchants = {line["merchant"]: line["merchant_name"] for line in takings}
    lines = {code: [line for line in takings if line["merchant"] == code] for code in merchants}
    return SheetTable(
        _("Takings by merchant"),
        ((_("Merchant"), CellKind.TEXT), (_("Name"), CellKind.TEXT), *_purchases()),
        tuple((code, merchants[code], *_net(of_code)) for code, of_code in lines.items()),
        (_("Total"), "", *_net(takings)),
    )


def _by_terminal(takings: list[dict[str, Any]]) -> SheetTable:
    return SheetTable(
        _("Takings by terminal"),
        ((_("Terminal"), CellKind.TEXT), (_("Merchant"), CellKind.TEXT), *_purchases()),
        tuple((line["terminal"], line["merchant"], *_net([line])) for line in takings),
        (_("Total"), "", *_net(takings)),
    )


def _purchases() -> tuple[tuple[str, CellKind], ...]:
    return (_("Purchases"), CellKind.COUNT), (_("Reversals"), CellKind.COUNT), (_("Amount"), CellKind.FEN)


def _net(takings: list[dict[str, Any]]) -> tuple[int, int, int]:
    """Purchases, reversals and the net amount; reports of version 1 knew no reversals."""
    return _sum(takings, "purchases"), sum(line.get("reversals", 0) for line in takings), _sum(takings, "amount_fen")


def _held(held: dict[str, Any]) -> SheetTable:
    return SheetTable(
        _("Held records: %(count)s") % {"count": held["count"]},
        (
            (_("Source"), CellKind.TEXT),
            (_("Record"), CellKind.TEXT),
            (_("Reason"), CellKind.TEXT),
            (_("Received at"), CellKind.TEXT),
        ),
        tuple(
            (line["source"], str(line["source_seq"]), line["reason"], _moment(line["received_at"])) for line in held["records"]
        ),
    )


def _gaps(gaps: dict[str, Any]) -> SheetTable:
    title = _("Missing records: %(numbers)s, places: %(places)s")
    return SheetTable(
        title % {"numbers": gaps["numbers"], "places": gaps["places"]},
        ((_("Terminal"), CellKind.TEXT), (_("Batch"), CellKind.TEXT), (_("From"), CellKind.COUNT), (_("To"), CellKind.COUNT)),
        tuple((line["terminal"], str(line["batch_no"]), line["first_seq"], line["last_seq"]) for line in gaps["listed"]),
    )


def _moment(text: str) -> str:
    """A kept moment as the campus reads its clocks, with the zone."""
    return datetime.fromisoformat(text).astimezone(campus_zone()).isoformat(sep=" ", timespec="seconds")


def _sum(lines: Iterable[dict[str, Any]], name: str) -> int:
    return sum(line[name] for line in lines)
