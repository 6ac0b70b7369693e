"""`onecard demo`: a simulated campus up to today, its day reports, and the staff pages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, errors, fail
from onecard.cli.ready import steps
from onecard.cli.up import serve_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from onecard.simulation.demo import Login
    from onecard.simulation.run import DayResult


def demo(
    *,
    days: Annotated[int, typer.Option(help="How many business days, the last one today.", min=1, max=60)] = 3,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve staff pages and terminals afterwards.")] = True,
    port: Annotated[int, typer.Option(help="Port of the staff pages on 127.0.0.1.", min=1, max=65_535)] = 8000,
    gateway_port: Annotated[int, typer.Option(help="Port for terminals on 127.0.0.1.", min=1, max=65_535)] = 8001,
) -> None:
    """Build a simulated campus unless it is there, run its days up to today, print the reports, serve pages and terminals.

    While it serves, a handful of terminals sell a little, so that the status board lives.
    Today stays open. Run again it goes on where the books stand; it refuses an installation that holds anything else.
    """
    from onecard.cli import django_ready

    django_ready()
    from onecard.installation import install
    from onecard.kernel import clock
    from onecard.simulation.demo import DemoRefused, ensure_logins, run_demo
    from onecard.simulation.statements import settle_demo

    with console.status("Installing …"):
        install()
    try:
        with steps() as progress:
            results = run_demo(days=days, today=clock.today(), progress=progress)
    except DemoRefused as refusal:
        raise fail(str(refusal)) from None
    with console.status("Settling merchants …"):
        settle_demo()
    print_reports([result.day for result in results if result.closing is not None])
    warn_about(results)
    show_logins(ensure_logins())
    if serve:
        os.environ.setdefault("ONECARD_SECOND_FACTOR", "offered")  # whoever looks at the demo has no authenticator app for it
        live = ["terminal", "live", "--gateway", f"http://127.0.0.1:{gateway_port}"]
        serve_all(host="127.0.0.1", port=port, gateway_port=gateway_port, more={"terminals": live})


def print_reports(days: Sequence[date]) -> None:
    """The reports of the days that were closed in this run; the last closed day's when none was."""
    from onecard.closing import queries
    from onecard.closing.report_text import report_text

    wanted: list[date | None] = [*days] or [None]
    for day in wanted:
        report = queries.report_of(day)
        if report is not None:
            typer.echo(report_text(report, seal=report.seal))


def warn_about(results: Sequence[DayResult]) -> None:
    """Say where the books and the true ones differ; exit code 1 then."""
    found = [(result.day, difference) for result in results for difference in result.differences]
    for day, difference in found:
        errors.print(f"{day}: {difference}", highlight=False, markup=False, soft_wrap=True)
    if found:
        raise typer.Exit(1)


def show_logins(logins: Sequence[Login]) -> None:
    """The demo's operators with their passwords; they are in the var folder as well."""
    from onecard.simulation.demo import logins_file

    console.print(f"\nLog-ins (kept in {logins_file()}):", highlight=False)
    for login in logins:
        console.print(f"  {login.username:<12}{login.password:<22}{login.post}", highlight=False)
