"""`onecard settlement`: build what is due, and compare every statement with the ledger."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from onecard.cli import console, errors, fail
from onecard.cli.ready import database_ready

app = typer.Typer(name="settlement", no_args_is_help=True, help="Merchants' statements.")


@app.command()
def build() -> None:
    """Build the statement of every merchant whose period is over and closed; again, it builds only what is missing."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.kernel.money import yuan
    from onecard.settlement.actions.build_statement import build_statement
    from onecard.settlement.models import Statement
    from onecard.settlement.queries import due_periods

    table = Table("Statement", "First day", "Last day")
    for heading in ("Sales", "Fee", "Payable"):
        table.add_column(heading, justify="right")
    while due := due_periods():
        for merchant, period in due:
            built = build_statement(Actor.system("command line"), merchant.code, last_day=period.last_day)
            if built.statement_id is None:
                raise fail(f"{merchant.code}: {built.outcome.value}")
            one = Statement.objects.get(pk=built.statement_id)
            amounts = [yuan(fen) for fen in (one.sales_fen, one.fee_fen, one.payable_fen)]
            table.add_row(f"{merchant.code} {one.number}", str(one.first_day), str(one.last_day), *amounts)
    console.print(table if table.rows else "Nothing is due: no merchant's period is over and closed.")


@app.command()
def verify(
    code: Annotated[str | None, typer.Argument(help="A merchant's code; all merchants without it.")] = None,
) -> None:
    """Read every statement from the ledger anew and compare it, line by line. Differences are named: exit code 1."""
    database_ready()
    from onecard.merchants.queries import merchant_with
    from onecard.settlement.queries import verify as verify_statements

    merchant = merchant_with(code) if code else None
    if code and merchant is None:
        raise fail(f"there is no merchant {code}")
    count, found = 0, 0
    for _statement, differences in verify_statements(merchant.pk if merchant else None):
        count += 1
        for difference in differences:
            found += 1
            errors.print(str(difference), highlight=False, markup=False, soft_wrap=True)
    if found:
        raise fail(f"{found} differences in {count} statements")
    console.print(f"{count} statements are what the ledger says.", highlight=False)
