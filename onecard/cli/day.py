"""`onecard day`: open, close and report business days."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, errors, fail, whoever_runs_this
from onecard.cli.ready import database_ready

if TYPE_CHECKING:
    from onecard.closing.types import CloseResult

app = typer.Typer(name="day", no_args_is_help=True, help="Business days: open the first, close, print reports.")


@app.command("open")
def open_(day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The first business day.")]) -> None:
    """Open the first business day; later ones are opened by closing the day before. Exit code 1 when there is one already."""
    database_ready()
    from onecard.closing.actions.open_first_day import open_first_day
    from onecard.closing.types import OpenOutcome

    outcome = open_first_day(whoever_runs_this(), day.date())
    if outcome is not OpenOutcome.DONE:
        raise fail(outcome.value)
    console.print(f"Business day {day.date()} is open.", highlight=False)


@app.command()
def close(
    *,
    next_: Annotated[
        datetime | None, typer.Option("--next", formats=["%Y-%m-%d"], help="The next business day; the day after without it.")
    ] = None,
    day: Annotated[
        datetime | None, typer.Option("--day", formats=["%Y-%m-%d"], help="Close only if this is the open day.")
    ] = None,
) -> None:
    """Check the open business day, seal it, number its report and open the next. A failed check names the rows: exit code 1."""
    database_ready()
    from onecard.closing.actions.close_day import close_day
    from onecard.ledger import queries as ledger

    open_day = day.date() if day else ledger.open_day()
    if open_day is None:
        raise fail("no business day is open; `onecard day open DATE` opens the first one")
    with console.status(f"Closing {open_day} …"):
        result = close_day(whoever_runs_this(), open_day, next_date=next_.date() if next_ else None)
    _show(result)


@app.command()
def report(
    day: Annotated[datetime | None, typer.Argument(formats=["%Y-%m-%d"], help="A closed day; the last one without it.")] = None,
    *,
    excel: Annotated[Path | None, typer.Option("--excel", help="Write an Excel file instead of printing.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write a PDF instead of printing.")] = None,
    language: Annotated[str, typer.Option("--language", help="en or zh-hans.")] = "en",
) -> None:
    """Print a closed day's numbered report, the same each time."""
    database_ready()
    from django.utils import translation

    from onecard.closing import queries
    from onecard.closing.report import report_sheet
    from onecard.closing.report_text import report_text
    from onecard.papers.excel import excel_of
    from onecard.papers.pdf import pdf_of

    found = queries.report_of(day.date() if day else None)
    if found is None:
        raise fail("that day has no report: it is not closed")
    with translation.override(language):
        if excel is None and pdf is None:
            typer.echo(report_text(found, seal=found.seal), nl=False)
        for file, made in ((excel, excel_of), (pdf, pdf_of)):
            if file is not None:
                file.write_bytes(made(report_sheet(found, seal=found.seal)))
                console.print(f"{found.report_no} written to {file}", highlight=False)


def _show(result: CloseResult) -> None:
    """Say what became of the close; leave with exit code 1 when a person has to look."""
    from onecard.closing.types import CloseOutcome

    if result.outcome is CloseOutcome.DONE:
        console.print(f"{result.day} is closed: report {result.report_no}, root {result.root}", highlight=False)
        console.print(f"{result.next_day} is open.", highlight=False)
    elif result.outcome is CloseOutcome.REPEATED:
        console.print(f"{result.day} was closed already; nothing changed.", highlight=False)
    else:
        for failure in result.failures:
            errors.print(str(failure), highlight=False, markup=False, soft_wrap=True)
        raise fail(f"{result.day} is not closed, nothing changed: {result.outcome.value}")
