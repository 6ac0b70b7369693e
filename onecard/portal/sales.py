"""A merchant's sales over a span: day by day and by quarter hour, each a chart with the table behind it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onecard.kernel import clock
from onecard.merchants.models import Merchant
from onecard.papers.types import CellKind, Sheet, SheetTable
from onecard.reports import charts
from onecard.reports.parts import clock_text, whole_yuan
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
    found = taken.quarters
    known = range(min(found, default=24), max(found, default=83) + 1)
    rows = tuple((clock_text(at), *_cells(found[at])) for at in known if at in found)
    total = sum(found.values(), Sold())
    table = SheetTable(_("Meals by quarter hour"), (_first(_("From")), *_sums()), rows, (_("Total"), *_cells(total)))
    values = [found.get(at, Sold()).purchases for at in known]
    chart = charts.column_chart([clock_text(at) for at in known], values, words="{:,}".format, title=table.title)
    return Part(table, chart, note=_("When the card was used, on campus time. Records that came on a later day are left out."))


def sales_sheet(merchant: Merchant, *, span: Span, parts: list[Part]) -> Sheet:
    """The tables, for Excel."""
    return Sheet(
        title=_("Sales of %(merchant)s") % {"merchant": merchant.name},
        number=f"sales-{merchant.code}-{span.since:%Y%m%d}-{span.until:%Y%m%d}",
        facts=((_("From"), span.since.isoformat()), (_("To"), span.until.isoformat())),
        tables=tuple(part.table for part in parts),
        marks=(),
        made_at=clock.now().isoformat(),
    )


def _first(title: str) -> tuple[str, CellKind]:
    return title, CellKind.TEXT


def _sums() -> tuple[tuple[str, CellKind], ...]:
    return (_("Purchases"), CellKind.COUNT), (_("Reversals"), CellKind.COUNT), (_("Takings"), CellKind.FEN)


def _cells(sold: Sold) -> tuple[int, int, int]:
    return sold.purchases, sold.reversals, sold.amount_fen
