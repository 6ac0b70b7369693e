"""`onecard import`: bring in what other systems deliver as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from onecard.cli import console, errors
from onecard.cli.ready import database_ready, steps

if TYPE_CHECKING:
    from onecard.kernel.csv_lines import BadLine
    from onecard.simulation.import_journal import JournalReport
    from onecard.simulation.receipts import Journal

app = typer.Typer(name="import", no_args_is_help=True, help="Bring in files: a roster, photos, a till journal.")
MAX_SHOWN = 10_000


@app.command("roster")
def roster(
    file: Annotated[Path, typer.Argument(help=".xlsx or CSV (UTF-8, GBK) with 学号/工号, 姓名, 类别, 部门, 身份证号, …")],
    *,
    source: Annotated[str, typer.Option(help="Which system it comes from; its columns are remembered.")] = "roster",
    covers: Annotated[str, typer.Option(help="Of a new source: the kinds of people it covers, such as staff,retired.")] = "",
    column: Annotated[list[str] | None, typer.Option(help="A column by hand: person_no=学籍号. As often as needed.")] = None,
    full: Annotated[bool, typer.Option("--full", help="It names everybody its source covers; who is not in it left.")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Apply it at once, without a second person.")] = False,
) -> None:
    """Read a roster, compare it with the people that are known, and leave the report to be approved on the pages.

    Conflicts and errors are named at the end (exit code 1) and never applied. Run again, or after a kill, it goes on.
    """
    database_ready()
    from onecard.access.types import Actor
    from onecard.cli.rosters import apply_report, problems_of, receive, show_report
    from onecard.people.actions.read_roster import read_whole_roster

    actor = Actor.system("roster import")
    roster_id = receive(actor, file, source=source, covers=covers, columns=column or [], is_full=full)
    with steps() as progress:
        for done, total in read_whole_roster(actor, roster_id):
            progress("lines", done, total)
    show_report(roster_id)
    if apply:
        with console.status("Applying …"):
            apply_report(actor, roster_id)
    finish(problems_of(roster_id, file=file.name))


@app.command("photos")
def photos(
    place: Annotated[Path, typer.Argument(help="Folder or zip archive of JPEG or PNG pictures, named by the people's numbers.")],
) -> None:
    """Keep people's photos, cropped to the standard size. Files that find nobody or are no pictures are named (exit code 1)."""
    database_ready()
    from onecard.cli.rosters import store_all

    with steps() as progress:
        bad = store_all(place, progress=progress)
    finish(bad)


@app.command("till-journal")
def till_journal(
    folder: Annotated[Path, typer.Argument(help="Folder with dish_choices.csv and receipts.csv.")],
    *,
    tariff: Annotated[str, typer.Option(help='CSV file, or "Studierende=90,Bedienstete=110" (fen per 100 g).')],
) -> None:
    """Book a canteen's till journal: people, cards, terminals, bank transfers, purchases, sealed days.

    Good lines are booked, bad ones are named at the end (exit code 1). Run again, or after a kill, it books only what is missing.
    """
    database_ready()
    from onecard.access.types import Actor
    from onecard.kernel import clock
    from onecard.simulation.import_journal import import_journal
    from onecard.simulation.receipts import read_journal
    from onecard.simulation.tariff import tariff_of

    with console.status("Reading …"):
        journal = read_journal(folder, tariff=tariff_of(tariff), today=clock.today())
    with steps() as progress:
        report = import_journal(journal, actor=Actor.system("till-journal import"), progress=progress)
    show_journal(journal)
    show_journal_report(report)
    show_books()
    finish(journal.bad)


def show_journal(journal: Journal) -> None:
    """What the files hold."""
    registers = {receipt.number.register for receipt in journal.receipts}
    sheets = {receipt.number[:2] for receipt in journal.receipts}
    console.print(
        f"Journal: {len(journal.receipts):,} receipts on {len(journal.kinds):,} cards, {len(registers):,} terminals,"
        f" {len(sheets):,} batches, {len(journal.days):,} days",
        highlight=False,
        soft_wrap=True,
    )
    if journal.left_out:
        console.print(f"Left out because of bad lines: {journal.left_out:,} receipts")
    if journal.contradictory:
        shown = ", ".join(str(card_no) for card_no in journal.contradictory[:50])
        console.print(
            f"Contradictory person kinds on {len(journal.contradictory):,} cards (the first one named counts): {shown}",
            highlight=False,
            soft_wrap=True,
        )


def show_journal_report(report: JournalReport) -> None:
    """What became of it."""
    from onecard.kernel.money import yuan

    outcomes = ", ".join(f"{outcome.name} {count:,}" for outcome, count in sorted(report.outcomes.items()))
    funding = report.funding
    console.print(f"Answers: {outcomes or 'none'}", highlight=False, soft_wrap=True)
    console.print(
        f"Bank transfers: posted {funding.posted:,}, there already {funding.repeated:,}, held"
        f" {funding.conflict + funding.unknown_person:,}; {yuan(report.funded_fen)} in all",
        highlight=False,
        soft_wrap=True,
    )
    table = Table("In the books")
    for heading in ("Purchases", "Yuan"):
        table.add_column(heading, justify="right")
    by_day = [(str(day), totals) for day, totals in sorted(report.by_day.items())]
    for name, totals in [*sorted(report.by_merchant.items()), *by_day, ("total", report.total)]:
        table.add_row(name, f"{totals.purchases:,}", yuan(totals.amount_fen))
    console.print(table)


def show_books() -> None:
    """Where the installation stands now: money on cards, missing numbers, held records, sealed days."""
    from onecard.closing import queries as closing
    from onecard.kernel.money import yuan
    from onecard.ledger import queries as ledger
    from onecard.ledger.types import Subject
    from onecard.terminals import queries as terminals

    closing_of = {line.subject: line.closing_fen for line in ledger.trial_balance()}
    missing, places = terminals.missing_totals()
    before_first = [gap for gap in terminals.gaps(limit=1_000_000) if gap.first_seq == 1]
    console.print(f"Left on cards: {yuan(closing_of.get(Subject.CASH_PURSE, 0))}", highlight=False, soft_wrap=True)
    console.print(
        f"Missing numbers: {missing:,} at {places:,} places, {sum(gap.count for gap in before_first):,} of them at"
        f" {len(before_first):,} places before a batch's first number",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"Held records: {ledger.held_count():,}", highlight=False, soft_wrap=True)
    console.print(f"Sealed days: {closing.seal_count():,}", highlight=False)
    console.print(f"Open business day: {ledger.open_day()}", highlight=False)


def finish(bad: Iterable[BadLine]) -> None:
    """Name the bad lines on standard error and leave with exit code 1 if there are any."""
    named = list(bad)
    for line in named[:MAX_SHOWN]:
        errors.print(str(line), highlight=False, markup=False, soft_wrap=True)
    if len(named) > MAX_SHOWN:
        errors.print(f"… and {len(named) - MAX_SHOWN:,} more bad lines")
    if named:
        raise typer.Exit(1)
