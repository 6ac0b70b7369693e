"""A merchant's sales over a span: day by day and by quarter hour, each a chart with the table behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onecard.merchants.models import Merchant
from onecard.papers.types import CellKind, Sheet, SheetTable
from onecard.reports import charts
from onecard.reports.parts import clock_text, quarter_part, span_sheet, whole_yuan
from onecard.reports.types import Part, Span
from onecard.rollups.types import Sold, SpanTakings


def by_day(taken: SpanTakings) -> Part:
    """What was sold on each business day, net of reversals."""
    rows = tuple((day.isoformat(), *_cells(sold)) for day, sold in sorted(taken.days.items()))
    table = SheetTable(_("Sales by day"), (_first(_("Business day")), *_sums()), rows, (_("Total"), *_cells(taken.total)))
    values = [sold.amount_fen for _day, sold in sorted(taken.days.items())]
    chart = charts.column_chart([str(row[0])[5:] for row in rows], values, words=whole_yuan, title=table.title)
    return Part(table, chart)


def by_quarter(taken: SpanTakings) -> Part:
    """The same by the quarter hour in which the card was used; what came on a later day is in none."""
    rows = tuple((clock_text(at), *_cells(sold)) for at, sold in sorted(taken.quarters.items()))
    total = sum(taken.quarters.values(), Sold())
    table = SheetTable(_("Meals by quarter hour"), (_first(_("From")), *_sums()), rows, (_("Total"), *_cells(total)))
    return quarter_part(table, taken.quarters)


def sales_sheet(merchant: Merchant, *, span: Span, parts: list[Part]) -> Sheet:
    """The tables, for Excel."""
    title = _("Sales of %(merchant)s") % {"merchant": merchant.name}
    return span_sheet(title, name=f"sales-{merchant.code}", span=span, parts=parts)


def _first(title: str) -> tuple[str, CellKind]:
    return title, CellKind.TEXT


def _sums() -> tuple[tuple[str, CellKind], ...]:
    return (_("Purchases"), CellKind.COUNT), (_("Reversals"), CellKind.COUNT), (_("Takings"), CellKind.FEN)


def _cells(sold: Sold) -> tuple[int, int, int]:
    return sold.purchases, sold.reversals, sold.amount_fen
