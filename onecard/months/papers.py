"""Papers of a month: 存款总收入表, 月结报表, and 余额调节表 when the balances differ (clauses S5.2-S5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.types import Actor
from onecard.ledger.types import Subject, TransferKind
from onecard.months.models import Reconciliation
from onecard.months.types import MonthFigures, MonthSpan, ReconciliationItem, Rolled
from onecard.papers.actions.issue_paper import issue_paper
from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, PaperKind, Role, Table

_SUBJECTS = {one.name: one.label for one in Subject}
_KINDS = {one.name: one.label for one in TransferKind}
CHANNELS = {
    Subject.TILL_CASH.name: _("Cash at the counter"),
    Subject.BANK_CLEARING.name: _("Bank transfers"),
    Subject.SUBSIDY_RECEIVABLE.name: _("Subsidies"),
}
UNPLACED = _("merchants in no income unit")
_MONTH = (
    Field("month", _("month")),
    Field("first_day", _("first day"), CellKind.DATE),
    Field("last_day", _("last day"), CellKind.DATE),
)
_ROLLED = (
    Field("subject", _("subject"), words=_SUBJECTS),
    Field("opening_fen", _("opening balance"), CellKind.FEN, is_summed=True),
    Field("in_fen", _("in"), CellKind.FEN, is_summed=True),
    Field("out_fen", _("out"), CellKind.FEN, is_summed=True),
    Field("closing_fen", _("closing balance"), CellKind.FEN, is_summed=True),
)
DEPOSITS = declare(
    PaperKind(
        name="months.deposits",
        prefix="SR",
        title=_("Total of a month's deposits"),
        head=(*_MONTH, Field("books_fen", _("accumulated balance of deposits"), CellKind.FEN)),
        tables=(
            Table(
                "deposits",
                _("Deposits by channel and source"),
                (
                    Field("channel", _("channel"), words=CHANNELS),
                    Field("source", _("source")),
                    Field("deposits", _("number"), CellKind.COUNT, is_summed=True),
                    Field("deposited_fen", _("deposited"), CellKind.FEN, is_summed=True),
                    Field("reversed_fen", _("reversed"), CellKind.FEN, is_summed=True),
                    Field("net_fen", _("deposits"), CellKind.FEN, is_summed=True),
                ),
            ),
            Table(
                "income",
                _("Spent by income unit"),
                (
                    Field("code", _("income unit")),
                    Field("name", _("name"), words={"": UNPLACED}),
                    Field("purchases", _("purchases"), CellKind.COUNT, is_summed=True),
                    Field("reversals", _("reversals"), CellKind.COUNT, is_summed=True),
                    Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
REPORT = declare(
    PaperKind(
        name="months.report",
        prefix="YJ",
        title=_("Month report"),
        head=(
            *_MONTH,
            Field("business_days", _("business days"), CellKind.COUNT),
            Field("transfers", _("transfers"), CellKind.COUNT),
            Field("opening_fen", _("opening balance"), CellKind.FEN),
            Field("in_fen", _("in"), CellKind.FEN),
            Field("out_fen", _("out"), CellKind.FEN),
            Field("books_fen", _("accumulated balance of deposits"), CellKind.FEN),
            Field("finance_fen", _("finance's balance"), CellKind.FEN),
            Field("difference_fen", _("difference"), CellKind.FEN),
            Field("reconciliation", _("reconciliation")),
        ),
        tables=(
            Table("purses", _("Balance of deposits by purse"), _ROLLED),
            Table(
                "moves",
                _("What moved the purses"),
                (
                    Field("subject", _("purse"), words=_SUBJECTS),
                    Field("kind", _("kind"), words=_KINDS),
                    Field("other", _("from or to"), words=_SUBJECTS),
                    Field("in_fen", _("in"), CellKind.FEN, is_summed=True),
                    Field("out_fen", _("out"), CellKind.FEN, is_summed=True),
                ),
            ),
            Table(
                "subjects",
                _("All subjects"),
                (
                    Field("subject", _("subject"), words=_SUBJECTS),
                    *(Field(one.name, one.title, CellKind.FEN) for one in _ROLLED[1:]),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)
RECONCILIATION = declare(
    PaperKind(
        name="months.reconciliation",
        prefix="TJ",
        title=_("Reconciliation of balances"),
        head=(
            *_MONTH,
            Field("books_fen", _("the centre's balance"), CellKind.FEN),
            Field("finance_fen", _("finance's balance"), CellKind.FEN),
            Field("difference_fen", _("difference"), CellKind.FEN),
            Field("signed_by", _("signed by")),
        ),
        tables=(
            Table(
                "items",
                _("Items"),
                (
                    Field("position", _("number"), CellKind.COUNT),
                    Field("reason", _("reason")),
                    Field("reference", _("reference")),
                    Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.RECEIVED,),
    )
)


def issue_deposits(actor: Actor, figures: MonthFigures) -> str:
    """存款总收入表: the month's deposits by channel and source, what was spent by income unit; its number."""
    deposits = [
        {
            "channel": one.channel.name,
            "source": one.source,
            "deposits": one.deposits,
            "deposited_fen": one.deposited_fen,
            "reversed_fen": one.reversed_fen,
            "net_fen": one.net_fen,
        }
        for one in figures.deposits
    ]
    income = [
        {
            "code": one.code,
            "name": one.name,
            "purchases": one.purchases,
            "reversals": one.reversals,
            "amount_fen": one.amount_fen,
        }
        for one in figures.income
    ]
    content = {
        "head": {**_span(figures.span), "books_fen": figures.books_fen},
        "tables": {"deposits": deposits, "income": income},
    }
    return issue_paper(actor, DEPOSITS, subject=str(figures.span), content=content, dated=figures.span.last_day).number


def issue_report(actor: Actor, figures: MonthFigures, *, finance_fen: int, reconciliation: Reconciliation | None) -> str:
    """月结报表: the roll-forward by purse and by subject, and how it stands to finance's balance; its number."""
    head = {
        **_span(figures.span),
        "business_days": figures.business_days,
        "transfers": figures.transfers,
        "opening_fen": figures.opening_fen,
        "in_fen": figures.in_fen,
        "out_fen": figures.out_fen,
        "books_fen": figures.books_fen,
        "finance_fen": finance_fen,
        "difference_fen": figures.books_fen - finance_fen,
        "reconciliation": reconciliation.paper_no if reconciliation else None,
    }
    moves = [
        {
            "subject": one.subject.name,
            "kind": one.kind.name,
            "other": one.other.name,
            "in_fen": one.in_fen,
            "out_fen": one.out_fen,
        }
        for one in figures.moves
    ]
    tables = {"purses": _rolled(figures.purses), "moves": moves, "subjects": _rolled(figures.subjects)}
    content = {"head": head, "tables": tables}
    return issue_paper(actor, REPORT, subject=str(figures.span), content=content, dated=figures.span.last_day).number


def issue_reconciliation(actor: Actor, span: MonthSpan, *, balances: tuple[int, int], items: Sequence[ReconciliationItem]) -> str:
    """余额调节表: both balances and the items between them; its number."""
    books_fen, finance_fen = balances
    head = {
        **_span(span),
        "books_fen": books_fen,
        "finance_fen": finance_fen,
        "difference_fen": books_fen - finance_fen,
        "signed_by": actor.name,
    }
    lines = [
        {"position": at, "reason": item.reason, "reference": item.reference, "amount_fen": item.amount_fen}
        for at, item in enumerate(items, start=1)
    ]
    subject = f"{span} {books_fen} {finance_fen}"
    content = {"head": head, "tables": {"items": lines}}
    return issue_paper(actor, RECONCILIATION, subject=subject, content=content, dated=span.last_day).number


def _span(span: MonthSpan) -> dict[str, Any]:
    return {"month": str(span), "first_day": span.first_day, "last_day": span.last_day}


def _rolled(lines: Sequence[Rolled]) -> list[dict[str, Any]]:
    return [
        {
            "subject": one.subject.name,
            "opening_fen": one.opening_fen,
            "in_fen": one.in_fen,
            "out_fen": one.out_fen,
            "closing_fen": one.closing_fen,
        }
        for one in lines
    ]
