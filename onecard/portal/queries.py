"""What a merchant's pages show of today and of its terminals."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

from onecard.kernel import sql
from onecard.ledger import queries as ledger
from onecard.merchants.models import Merchant
from onecard.terminals.models import Terminal
from onecard.terminals.types import TerminalState


@dataclasses.dataclass(frozen=True, slots=True)
class Taking:
    """What a terminal brought the merchant on the open business day, net of reversals."""

    code: str
    transfers: int
    amount_fen: int


@dataclasses.dataclass(frozen=True, slots=True)
class PlaceLine:
    """A terminal of the merchant: whether it may sell, when it was heard last, how many records it has not sent."""

    code: str
    name: str
    is_enabled: bool
    heard_at: datetime | None
    unsent: int


def takings_today(merchant: Merchant) -> tuple[date | None, list[Taking]]:
    """The open business day, and the merchant's takings on it by terminal, largest first."""
    arguments = {"account_id": merchant.payable_account_id}
    rows = sql.call(sql.text_of("portal", "queries/takings_today"), arguments)
    return ledger.open_day(), [Taking(*row) for row in rows]


def terminals_of(merchant: Merchant) -> list[PlaceLine]:
    """The merchant's terminals now, by code."""
    rows = Terminal.objects.select_related("status").filter(merchant=merchant).order_by("code")
    return [
        PlaceLine(
            row.code,
            row.name,
            row.state == TerminalState.ENABLED,
            row.status.heard_at if hasattr(row, "status") else None,
            row.status.unsent if hasattr(row, "status") else 0,
        )
        for row in rows
    ]
