"""A statement for a page: its figures from opening to closing, and its sums, each of which opens to its transfers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from onecard.ledger.models import Source
from onecard.ledger.types import TransferKind
from onecard.settlement import rules
from onecard.settlement.drafting import read_terms
from onecard.settlement.models import Statement
from onecard.settlement.papers import FEE_RULE
from onecard.settlement.queries import kept_lines, lines_behind, source_names
from onecard.settlement.types import Narrowing, SettledTransfer, StatementLine, SummedRow

Section = Mapping[str, Any]


def statement_page(statement: Statement, *, lines_at: str) -> dict[str, Any]:
    """What the template `onecard/statement.html` shows; `lines_at` is the address of the page that lists transfers."""
    lines = kept_lines(statement)
    return {
        "statement": statement,
        "figures": figures_of(statement),
        "sections": [one for one in sections_of(statement, lines) if one["rows"]],
        "fees": rules.fee_parts(lines, read_terms(statement.terms).rates),
        "fee_rule": FEE_RULE,
        "lines_at": lines_at,
    }


def figures_of(statement: Statement) -> list[tuple[str, int, str]]:
    """(what, fen, what it opens to) from the opening to the closing, in the order in which they add up."""
    return [
        (_("opening"), statement.opening_fen, "previous"),
        (_("sales"), statement.sales_fen, "lines"),
        (_("reversals"), statement.reversals_fen, "lines"),
        (_("corrections"), statement.corrections_fen, "lines"),
        (_("management fee"), -statement.fee_fen, "fees"),
        (_("payable"), statement.payable_fen, ""),
        (_("to be paid"), -statement.due_fen, "payments"),
        (_("closing"), statement.closing_fen, ""),
    ]


def sections_of(statement: Statement, lines: Sequence[StatementLine]) -> list[Section]:
    """The sums by day, terminal and meal, and those of days before the period."""
    days, meals = rules.summed(lines, lambda line: line.day), rules.summed(lines, lambda line: line.meal)
    late = [row for row in days if row.key < statement.first_day]
    names = source_names(lines)
    sources = sorted(rules.summed(lines, lambda line: line.source_id), key=lambda row: names[row.key])
    fed, outside = meals if any(row.key for row in meals) else [], _("outside of meals")
    return [
        _section(_("By day"), _("day"), days, "day"),
        _section(_("Of these, from before the period"), _("day"), late, "day"),
        _section(_("By terminal"), _("terminal"), sources, "source", words=names.__getitem__),
        _section(_("By meal"), _("meal"), fed, "meal", words=lambda meal: meal or outside),
    ]


def _section(
    title: str, heading: str, rows: list[SummedRow], key: str, *, words: Callable[[Any], object] = lambda key: key
) -> Section:
    """Rows as (key in words, what narrows to it, sums); `words` says how a key reads."""
    amounts = ("transfers", "sales_fen", "reversals_fen", "corrections_fen", "net_fen")
    return {
        "title": title,
        "heading": heading,
        "rows": [(words(row.key), urlencode({key: row.key}), row) for row in rows],
        "total": [sum(getattr(row, name) for row in rows) for name in amounts],
    }


def transfers_page(
    statement: Statement, query: Mapping[str, str], *, page: int, address: Callable[[int, int], str]
) -> dict[str, Any]:
    """What a page of the transfers behind a figure shows: as the query narrows them, `page` at a time, each with its address.

    ValueError for a query that names no day or number.
    """
    asked = {name: query[name] for name in ("day", "source", "meal") if name in query}
    narrow, after = _narrowing_of(asked), int(query.get("after", 0))
    found = lines_behind(statement, narrow, from_id=after, limit=page)
    shown = _shown_transfers(found, asked=asked, page=page, address=address)
    return {"statement": statement, "narrowed": _narrowed_text(narrow), **shown}


def _narrowing_of(asked: Mapping[str, Any]) -> Narrowing:
    day, source, meal = asked.get("day"), asked.get("source"), asked.get("meal")
    return Narrowing(date.fromisoformat(day) if day else None, int(source) if source else None, meal)


def _narrowed_text(narrow: Narrowing) -> str:
    """What the page is narrowed to, in words; empty for the whole statement."""
    source = Source.objects.filter(pk=narrow.source_id).first() if narrow.source_id else None
    meal = None if narrow.meal is None else narrow.meal or _("outside of meals")
    return " · ".join(str(one) for one in (narrow.day, source and source.name, meal) if one)


def _shown_transfers(
    found: Sequence[SettledTransfer], *, asked: Mapping[str, Any], page: int, address: Callable[[int, int], str]
) -> dict[str, Any]:
    """What `transfer_rows.html` needs: rows with kind and `address(id, kind)`, their sum, the next page."""
    rows = [(one, TransferKind(one.kind).label, address(one.transfer_id, one.kind)) for one in found]
    following = urlencode({**asked, "after": found[-1].transfer_id}) if len(found) == page else ""
    return {"transfers": rows, "total_fen": sum(one.amount_fen for one in found), "following": following}
