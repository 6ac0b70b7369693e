"""商户结算单 as a numbered paper: what a merchant's period comes to, by day, terminal and meal, with the fee and its rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.papers.kinds import declare
from onecard.papers.types import CellKind, Field, PaperKind, Role, Table
from onecard.settlement.models import Payment, PaymentFile, Statement
from onecard.settlement.queries import source_names
from onecard.settlement.rules import summed
from onecard.settlement.types import Draft, SummedRow

FEE_RULE = _(
    "Fee: basis points of the net sales that occurred under each rate, rounded half up to a fen; at least the minimum where one"
    " is agreed"
)
AMOUNTS = (
    Field("transfers", _("transfers"), CellKind.COUNT, is_summed=True),
    Field("sales_fen", _("sales"), CellKind.FEN, is_summed=True),
    Field("reversals_fen", _("reversals"), CellKind.FEN, is_summed=True),
    Field("corrections_fen", _("corrections"), CellKind.FEN, is_summed=True),
    Field("net_fen", _("net sales"), CellKind.FEN, is_summed=True),
)
STATEMENT = declare(
    PaperKind(
        name="settlement.statement",
        prefix="JS",
        title=_("Merchant's statement"),
        head=(
            Field("merchant", _("merchant")),
            Field("statement", _("statement"), CellKind.COUNT),
            Field("first_day", _("first day"), CellKind.DATE),
            Field("last_day", _("last day"), CellKind.DATE),
            Field("opening_fen", _("opening"), CellKind.FEN),
            Field("sales_fen", _("sales"), CellKind.FEN),
            Field("reversals_fen", _("reversals"), CellKind.FEN),
            Field("corrections_fen", _("corrections"), CellKind.FEN),
            Field("fee_fen", _("management fee"), CellKind.FEN),
            Field("payable_fen", _("payable"), CellKind.FEN),
            Field("due_fen", _("to be paid"), CellKind.FEN),
            Field("closing_fen", _("closing"), CellKind.FEN),
        ),
        tables=(
            Table("days", _("By day"), (Field("day", _("day"), CellKind.DATE), *AMOUNTS)),
            Table("late", _("Of these, from before the period"), (Field("day", _("day"), CellKind.DATE), *AMOUNTS)),
            Table("terminals", _("By terminal"), (Field("terminal", _("terminal")), *AMOUNTS)),
            Table("meals", _("By meal"), (Field("meal", _("meal")), *AMOUNTS)),
            Table(
                "fees",
                FEE_RULE,
                (
                    Field("from_day", _("rate from"), CellKind.DATE),
                    Field("fee_rate_bp", _("basis points"), CellKind.COUNT),
                    Field("minimum_fee_fen", _("minimum fee"), CellKind.FEN),
                    Field("net_fen", _("net sales"), CellKind.FEN, is_summed=True),
                    Field("fee_fen", _("fee"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)


def content_of(statement: Statement, draft: Draft) -> dict[str, Any]:
    """What the paper says."""
    lines, names = draft.lines, source_names(draft.lines)
    late = [line for line in lines if line.day < statement.first_day]
    columns = [field.name for field in STATEMENT.head if field.name not in ("merchant", "statement")]
    head = {name: getattr(statement, name) for name in columns}
    tables = {
        "days": _rows("day", summed(lines, lambda line: line.day)),
        "late": _rows("day", summed(late, lambda line: line.day)),
        "terminals": _rows("terminal", summed(lines, lambda line: names[line.source_id])),
        "meals": _rows("meal", summed(lines, lambda line: line.meal)) if any(line.meal for line in lines) else [],
        "fees": [
            {
                "from_day": part.rate.from_day,
                "fee_rate_bp": part.rate.fee_rate_bp,
                "minimum_fee_fen": part.rate.minimum_fee_fen,
                "net_fen": part.net_fen,
                "fee_fen": part.fee_fen,
            }
            for part in draft.fee_parts
        ],
    }
    merchant = statement.merchant
    return {"head": {"merchant": f"{merchant.code} {merchant.name}", "statement": statement.number, **head}, "tables": tables}


def _rows(name: str, sums: Iterable[SummedRow]) -> list[Mapping[str, Any]]:
    """The sums as a table's rows, each with its key under this name."""
    amounts = [field.name for field in AMOUNTS]
    return [{name: row.key, **{amount: getattr(row, amount) for amount in amounts}} for row in sums]


PAYMENT_LIST = declare(
    PaperKind(
        name="settlement.payment_list",
        prefix="FK",
        title=_("Payments to merchants"),
        head=(
            Field("file", _("payment file")),
            Field("payments", _("payments"), CellKind.COUNT),
            Field("total_fen", _("total"), CellKind.FEN),
        ),
        tables=(
            Table(
                "payments",
                "",
                (
                    Field("number", _("payment"), CellKind.COUNT),
                    Field("merchant", _("merchant")),
                    Field("period", _("period")),
                    Field("holder", _("account holder")),
                    Field("bank", _("bank")),
                    Field("ending", _("account number")),
                    Field("amount_fen", _("amount"), CellKind.FEN, is_summed=True),
                ),
            ),
        ),
        signatures=(Role.CHECKED, Role.RECEIVED),
    )
)


def list_content(file: PaymentFile, payments: Sequence[Payment]) -> dict[str, Any]:
    """What the list of a payment file says; account numbers by their last digits."""
    rows = [
        {
            "number": payment.pk,
            "merchant": f"{payment.statement.merchant.code} {payment.statement.merchant.name}",
            "period": f"{payment.statement.first_day} - {payment.statement.last_day}",
            "holder": payment.account.holder,
            "bank": payment.account.bank,
            "ending": payment.account.ending,
            "amount_fen": payment.amount_fen,
        }
        for payment in payments
    ]
    return {"head": {"file": str(file), "payments": len(rows), "total_fen": file.total_fen}, "tables": {"payments": rows}}
