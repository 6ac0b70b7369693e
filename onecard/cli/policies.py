"""`onecard policies`: the daily check of the centre's numbers."""

from __future__ import annotations

import typer
from rich.table import Table

from onecard.cli import console, fail
from onecard.cli.ready import database_ready

app = typer.Typer(name="policies", no_args_is_help=True, help="Every number of the centre's rules, as dated values.")


@app.command()
def check() -> None:
    """Check that the values in force today make sense together; exit code 1 when something contradicts itself."""
    database_ready()
    from onecard.policies import queries
    from onecard.policies.catalogue import POLICIES
    from onecard.policies.daily_check import findings_today
    from onecard.policies.presenting import value_text

    found, values = findings_today(), queries.values_of(POLICIES)
    table = Table("", "What", "Where", "Policies")
    for one in found:
        named = ", ".join(f"{name} {value_text(POLICIES[name], values[name])}" for name in one.names)
        table.add_row("[red]FAULT[/red]" if one.is_fault else "note", str(one.text), one.place, named)
    if found:
        console.print(table)
    faults = sum(one.is_fault for one in found)
    if faults:
        raise fail(f"{faults} of the {len(POLICIES)} policies' checks found something: set another value on the page of policies")
    console.print(f"The {len(POLICIES)} policies make sense together.")
