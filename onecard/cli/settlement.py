"""`onecard settlement`: enter contracts, build what is due, and compare every statement with the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from onecard.cli import console, errors, fail, whoever_runs_this
from onecard.cli.ready import database_ready

app = typer.Typer(name="settlement", no_args_is_help=True, help="Merchants' statements.")


@app.command()
def contract(
    code: Annotated[str, typer.Argument(help="A merchant's code.")],
    number: Annotated[str, typer.Argument(help="The contract's number.")],
    *,
    begins: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The contract's first day.")],
    rate_bp: Annotated[int, typer.Option(help="The fee in basis points of the net sales: 100 are 1 %.")],
    minimum: Annotated[str, typer.Option(help="The least fee of a period, in yuan.")] = "0",
    cycle: Annotated[str, typer.Option(help="day, week, half_month or month.")] = "month",
) -> None:
    """Enter a merchant's contract with its first rate. What is refused says why: exit code 1."""
    database_ready()
    from onecard.kernel.money import fen
    from onecard.merchants.actions.sign_contract import sign_contract
    from onecard.merchants.queries import merchant_with
    from onecard.merchants.types import CONTRACT_WORDS

    if merchant_with(code) is None:
        raise fail(f"there is no merchant {code}")
    try:
        minimum_fee_fen = fen(minimum)
    except ValueError as problem:
        raise fail(str(problem)) from None
    terms = {"number": number, "begins_on": begins.date().isoformat(), "cycle": cycle}
    outcome = sign_contract(whoever_runs_this(), code, **terms, fee_rate_bp=rate_bp, minimum_fee_fen=minimum_fee_fen)
    if outcome.name.startswith("REFUSED"):
        raise fail(f"{code}: {CONTRACT_WORDS[outcome.name]}")
    console.print(f"{code}: contract {number}, {rate_bp} basis points. {CONTRACT_WORDS[outcome.name]}", highlight=False)


@app.command()
def build() -> None:
    """Build the statement of every merchant whose period is over and closed; again, it builds only what is missing."""
    database_ready()
    from onecard.kernel.money import yuan
    from onecard.settlement.actions.build_statement import build_statement
    from onecard.settlement.models import Statement
    from onecard.settlement.queries import due_periods

    table = Table("Statement", "First day", "Last day")
    for heading in ("Sales", "Fee", "Payable"):
        table.add_column(heading, justify="right")
    while due := due_periods():
        for merchant, period in due:
            built = build_statement(whoever_runs_this(), merchant.code, last_day=period.last_day)
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
