"""`onecard month`: closed months, finance's balance, vouchers."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from onecard.cli import console, errors, fail, whoever_runs_this
from onecard.cli.ready import database_ready

if TYPE_CHECKING:
    from onecard.months.types import MonthResult, MonthSpan

app = typer.Typer(name="month", no_args_is_help=True, help="Months: compare with finance's balance, close, export vouchers.")
Month = Annotated[datetime | None, typer.Argument(formats=["%Y-%m"], help="A month; the one that is closed next without it.")]
Language = Annotated[str, typer.Option("--language", help="en or zh-hans.")]


@app.command()
def show(month: Month = None, *, language: Language = "en") -> None:
    """Print what the month moved, the accumulated balance, finance's balance and the difference."""
    database_ready()
    from django.utils import translation

    from onecard.closing.report_text import table_text
    from onecard.kernel.money import yuan
    from onecard.months import queries
    from onecard.months.sheets import deposits_table, income_table, moves_table, purses_table

    span = _span(month)
    figures, figure = queries.figures_of(span), queries.figure_of(span.month)
    console.print(f"{span}: {span.first_day} to {span.last_day}, {queries.judge_close(span).value}", highlight=False)
    with translation.override(language):
        for table in (purses_table(figures), moves_table(figures), deposits_table(figures), income_table(figures)):
            typer.echo(f"\n{table_text(table)}")
    if figure is not None:
        difference_fen = figures.books_fen - figure.payable_fen
        console.print(f"\nfinance's balance {yuan(figure.payable_fen)}, difference {yuan(difference_fen)}", highlight=False)


@app.command()
def figure(
    yuan: Annotated[str, typer.Argument(help="What finance's account shows at the month's end, in yuan.")], month: Month = None
) -> None:
    """Give finance's balance of the account by hand; the newest figure of a month counts. Exit code 1 when it is refused."""
    database_ready()
    from onecard.kernel.money import fen
    from onecard.months.actions.give_finance_figure import give_finance_figure
    from onecard.months.types import FigureOutcome

    try:
        payable_fen = fen(yuan)
    except ValueError as problem:
        raise fail(str(problem)) from None
    span = _span(month)
    outcome = give_finance_figure(whoever_runs_this(), span.month, payable_fen=payable_fen)
    if outcome not in (FigureOutcome.DONE, FigureOutcome.REPEATED):
        raise fail(f"{span}: {outcome.value}")
    console.print(f"{span}: finance's balance is {yuan}.", highlight=False)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="Statement of finance's account, CSV or Excel.", exists=True, dir_okay=False)],
    month: Month = None,
) -> None:
    """Read finance's balance from a statement of its account. Every bad line is named: exit code 1."""
    database_ready()
    from onecard.kernel.money import yuan
    from onecard.months.actions.import_finance_figure import import_finance_figure
    from onecard.months.types import FigureOutcome

    span = _span(month)
    result = import_finance_figure(whoever_runs_this(), span.month, content=file.read_bytes(), file_name=file.name)
    for problem in result.problems:
        errors.print(problem, highlight=False, markup=False, soft_wrap=True)
    if result.outcome not in (FigureOutcome.DONE, FigureOutcome.REPEATED):
        raise fail(f"{span}: {result.outcome.value}")
    console.print(f"{span}: finance's balance is {yuan(result.payable_fen)}.", highlight=False)


@app.command()
def close(month: Month = None) -> None:
    """Close the month: checks, comparison with finance's balance, papers. What is refused says why: exit code 1."""
    database_ready()
    from onecard.months.actions.close_month import close_month

    span = _span(month)
    with console.status(f"Closing {span} …"):
        result = close_month(whoever_runs_this(), span.month)
    _show(result, span)


@app.command()
def vouchers(
    month: Month = None,
    *,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write a CSV file.")] = None,
    excel: Annotated[Path | None, typer.Option("--excel", help="Write an Excel file.")] = None,
    language: Language = "zh-hans",
) -> None:
    """Write the month's vouchers by day and subject for finance's system, in the layout of ONECARD_VOUCHER_LAYOUT."""
    database_ready()
    from django.utils import translation

    from onecard.months import queries
    from onecard.months.voucher_layout import LayoutProblem, layout_of_site
    from onecard.months.vouchers import vouchers_csv, vouchers_excel

    span = _span(month)
    if csv is None and excel is None:
        raise fail("name a file with --csv or --excel")
    with translation.override(language):
        try:
            layout = layout_of_site()
        except LayoutProblem as problem:
            raise fail(str(problem)) from None
        lines = queries.vouchers_of(span)
        for file, made in ((csv, vouchers_csv), (excel, vouchers_excel)):
            if file is not None:
                file.write_bytes(made(lines, layout=layout))
                console.print(f"{span}: {len(lines):,} lines written to {file}", highlight=False)


def _span(month: datetime | None) -> MonthSpan:
    from onecard.months import queries

    span = queries.month_to_close() if month is None else queries.span_of(date(month.year, month.month, 1))
    if span is None:
        raise fail("no business day is open; `onecard day open DATE` opens the first one")
    return span


def _show(result: MonthResult, span: MonthSpan) -> None:
    """Say what became of the close; leave with exit code 1 when a person has to look."""
    from onecard.kernel.money import yuan
    from onecard.months.types import MonthOutcome

    if result.outcome is MonthOutcome.DONE:
        balance = f"balance {yuan(result.books_fen)}, finance's {yuan(result.finance_fen)}"
        console.print(f"{span} is closed: report {result.report_no}, {balance}", highlight=False)
    elif result.outcome is MonthOutcome.REPEATED:
        console.print(f"{span} was closed already; nothing changed.", highlight=False)
    else:
        for failure in result.failures:
            errors.print(str(failure), highlight=False, markup=False, soft_wrap=True)
        if result.outcome is MonthOutcome.REFUSED_DIFFERENCE:
            errors.print(
                f"the centre's balance {yuan(result.books_fen)}, finance's {yuan(result.finance_fen)}, "
                f"difference {yuan(result.difference_fen)}",
                highlight=False,
            )
        waits = f" ({result.waits_for})" if result.waits_for else ""
        raise fail(f"{span} is not closed, nothing changed: {result.outcome.value}{waits}")
