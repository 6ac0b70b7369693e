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

app = typer.Typer(name="import", no_args_is_help=True, help="Bring in files: a roster, a till journal.")
MAX_SHOWN = 10_000


@app.command("roster")
def roster(
    file: Annotated[Path, typer.Argument(help="CSV with person_no, full_name, kind, unit (学号/工号, 姓名, 类别, 部门).")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
) -> None:
    """Register and update people from a CSV file (UTF-8 or GBK). Good lines are applied, bad ones are named; exit code 1 then."""
    database_ready()
    from onecard.access.types import Actor
    from onecard.kernel.csv_lines import count_lines
    from onecard.people.actions.import_roster_file import import_roster_file
    from onecard.people.types import RosterCounts

    bad: list[BadLine] = []
    lines = count_lines(file)
    counts = RosterCounts()
    with steps() as progress:
        for done, part in import_roster_file(Actor.system("roster import"), file, bad=bad, dry_run=dry_run):
            counts += part
            progress("lines", done, lines)
    would = "would be " if dry_run else ""
    console.print(
        f"{would}new {counts.new:,}, changed {counts.changed:,}, unchanged {counts.unchanged:,}; bad lines {len(bad):,}"
    )
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
    show_report(report)
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


def show_report(report: JournalReport) -> None:
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
