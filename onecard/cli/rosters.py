"""Steps of `onecard import roster` and `onecard import photos`: receive, say what was found, apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import typer

from onecard.access.action import is_refusal
from onecard.access.types import Actor
from onecard.cli import console
from onecard.kernel.csv_lines import BadLine, FileRefused
from onecard.people.actions.apply_roster import apply_roster
from onecard.people.actions.map_roster_columns import map_roster_columns
from onecard.people.actions.name_roster_source import name_roster_source
from onecard.people.actions.receive_roster import receive_roster
from onecard.people.actions.store_photos import MAX_BATCH, store_photos
from onecard.people.photos import batches, photos_in
from onecard.people.queries import roster_problems, roster_report
from onecard.people.rules import MAX_ROSTER_BYTES
from onecard.people.types import Finding, ImportState, PersonKind, RosterFile, RosterOutcome


def receive(actor: Actor, path: Path, *, source: str, covers: str, columns: Sequence[str], is_full: bool) -> int:
    """The id of the import, received now or waiting already. FileRefused, or exit code 2 with what to do, when it cannot be."""
    kinds = [PersonKind(kind.strip()) for kind in covers.split(",") if kind.strip()]
    name_roster_source(actor, source, title=source, kinds=kinds)
    if not path.is_file():
        raise FileRefused(f"{path} is not there; give the path of the file")
    if path.stat().st_size > MAX_ROSTER_BYTES:
        raise FileRefused(f"{path.name} has {path.stat().st_size:,} bytes; at most {MAX_ROSTER_BYTES:,} can be read")
    received = receive_roster(actor, source, file=RosterFile(path.name, path.read_bytes()), is_full=is_full)
    if received.import_id is None:
        raise FileRefused(received.what)
    if columns:
        _name_columns(actor, received.import_id, dict(one.split("=", 1) for one in columns if "=" in one))
    report = roster_report(received.import_id)
    if report.state == ImportState.UNMAPPED:
        console.print(f"Columns in the file: {', '.join(report.headings)}", highlight=False, soft_wrap=True)
        console.print("Name those that are needed: --column person_no=… --column full_name=… --column kind=…")
        raise typer.Exit(2)
    return received.import_id


def _name_columns(actor: Actor, roster_id: int, columns: dict[str, str]) -> None:
    report = roster_report(roster_id)
    recognised = {field: report.headings[place] for field, place in report.places.items()}
    outcome = map_roster_columns(actor, roster_id, columns={**recognised, **columns})
    if outcome is RosterOutcome.REFUSED_COLUMNS:
        raise FileRefused(f"these columns do not fit; there are: {', '.join(report.headings)}")


def show_report(roster_id: int) -> None:
    """How many are new, changed, …"""
    report = roster_report(roster_id)
    counts = ", ".join(f"{finding.value} {report.counts.get(finding, 0):,}" for finding in Finding if finding != Finding.UNREAD)
    console.print(f"Roster #{roster_id} of {report.source}: {counts}", highlight=False, soft_wrap=True)
    if report.is_alarming:
        console.print("Unusually many would leave: is the file whole?", style="bold red")


def apply_report(actor: Actor, roster_id: int) -> None:
    """Apply the report as it stands."""
    outcome = apply_roster(actor, roster_id, digest=roster_report(roster_id).digest.hex())
    console.print(f"Applied: {outcome.name}")


def problems_of(roster_id: int, *, file: str) -> Iterator[BadLine]:
    """The lines with errors and conflicts, in words."""
    for line, words, detail in roster_problems(roster_id):
        yield BadLine(file, line, f"{words} ({detail})" if detail else words)


def store_all(place: Path, *, progress: Callable[[str, int, int], None]) -> list[BadLine]:
    """Keep the pictures of a folder or archive, a batch a transaction; those that cannot be used, with why."""
    actor, bad, done = Actor.system("photo import"), [], 0
    for batch in batches(photos_in(place), size=MAX_BATCH):
        for at, (name, outcome) in enumerate(store_photos(actor, batch), start=done + 1):
            if is_refusal(outcome):
                bad.append(BadLine(name, at, outcome.value))
        done += len(batch)
        progress("photos", done, done)
    console.print(f"Photos kept: {done - len(bad):,} of {done:,}")
    return bad
