"""Take in a roster's file (clause M2.3): recognise its columns, keep it sealed until it is read."""

from __future__ import annotations

import itertools

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.csv_lines import FileRefused
from onecard.kernel.secrets import key_ring
from onecard.people import roster
from onecard.people.models import RosterImport, RosterSource
from onecard.people.particulars import file_place
from onecard.people.sheets import headed_rows
from onecard.people.types import ImportState, Received, RosterFile, RosterOutcome

WAITING = (ImportState.UNMAPPED, ImportState.READING, ImportState.STAGED)


@action("people.receive_roster")
def receive_roster(actor: Actor, source_code: str, *, file: RosterFile, is_full: bool) -> Received:
    """Keep the file for reading. `is_full`: it names everybody whom its source covers, so who is not in it has left.

    The same file that waits already is REPEATED, with that import's id. REFUSED_FILE says in words what to do about the file.
    RosterSource.DoesNotExist for an unknown source.
    """
    source = RosterSource.objects.select_for_update(no_key=True).get(code=source_code)
    waiting = RosterImport.objects.filter(source=source, file_digest=file.digest, is_full=is_full, state__in=WAITING).first()
    if waiting is not None:
        return Received(RosterOutcome.REPEATED, waiting.pk)
    try:
        headings, rows = headed_rows(file.content, name=file.name)
        lines = max((row.line for row in rows), default=0)
    except FileRefused as refused:
        return Received(RosterOutcome.REFUSED_FILE, what=str(refused))
    places = roster.recognised(headings, remembered=source.columns)
    is_mapped = not roster.missing(places, default_kind=source.default_kind)
    kept = RosterImport.objects.create(
        source=source,
        file_name=file.name,
        file_digest=file.digest,
        content=key_ring().seal(file.content, place=file_place(file.digest)),
        places=places,
        headings=list(itertools.islice(headings, 256)),
        is_full=is_full,
        state=ImportState.READING if is_mapped else ImportState.UNMAPPED,
        lines_total=lines,
        received_by=actor.name,
        received_at=clock.now(),
    )
    return Received(RosterOutcome.DONE, kept.pk)
