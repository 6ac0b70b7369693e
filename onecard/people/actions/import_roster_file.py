"""Apply a roster file in pieces, so that memory does not grow with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onecard.access.types import Actor
from onecard.kernel.csv_lines import BadLine
from onecard.people.actions.import_roster import MAX_PEOPLE, import_roster, preview_roster
from onecard.people.roster import read_roster
from onecard.people.types import NewPerson, RosterCounts


def import_roster_file(
    actor: Actor, path: Path, *, bad: list[BadLine], dry_run: bool = False
) -> Iterator[tuple[int, RosterCounts]]:
    """Apply the file's good lines and yield (last line, counts) after each piece; bad lines are appended to `bad`.

    Each piece is an action and a transaction of its own: a killed run is finished by running it again.
    """
    piece: list[NewPerson] = []
    line = 0
    for entry in read_roster(path):
        line = entry.line
        if isinstance(entry, BadLine):
            bad.append(entry)
        else:
            piece.append(entry.person)
        if len(piece) == MAX_PEOPLE:
            yield line, _apply(actor, piece, dry_run=dry_run)
            piece = []
    yield line, _apply(actor, piece, dry_run=dry_run)


def _apply(actor: Actor, people: list[NewPerson], *, dry_run: bool) -> RosterCounts:
    if dry_run or not people:
        return preview_roster(people)
    return import_roster(actor, people)
