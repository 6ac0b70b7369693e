"""Read a roster's file into lines, a piece at a time, and compare them with the people that we know when the last one is read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.kernel.secrets import KeyRing, key_ring
from onecard.people import roster
from onecard.people.actions.compare_roster import keep_report
from onecard.people.models import RosterImport
from onecard.people.particulars import ID_NUMBER, PHONE, digest_of, file_place, line_place, sealed
from onecard.people.pinyin import pinyin_of
from onecard.people.rules import PIECE_LINES
from onecard.people.sheets import headed_rows
from onecard.people.types import BadRosterLine, Finding, ImportState, PersonKind, RosterField, RosterLine, RosterOutcome

_COLUMNS = (
    "roster_id, line, finding, problem, detail, person_no, full_name, pinyin, initials, kind, unit, valid_until, born_on,"
    " id_number, id_digest, phone, phone_digest, before"
)
_NOTHING: tuple[object, ...] = ("", "", "", "", "", "", None, None, None, None, None, None, "{}")


@action("people.read_roster")
def read_roster(actor: Actor, roster_id: int) -> RosterOutcome:
    """Read the next PIECE_LINES lines; after the last ones compare, drop the file and stage the import.

    Each piece is a transaction of its own: who was interrupted goes on with the next call, and nothing is read twice. REPEATED
    when it is read already; refused while columns are not named.
    """
    kept = RosterImport.objects.select_for_update(no_key=True, of=("self",)).select_related("source").get(pk=roster_id)
    if kept.state == ImportState.STAGED:
        return RosterOutcome.REPEATED
    if kept.state != ImportState.READING or kept.content is None:
        return RosterOutcome.REFUSED_STATE
    ring = key_ring()
    content = ring.open(kept.content, place=file_place(bytes(kept.file_digest)))
    _headings, rows = headed_rows(content, name=kept.file_name)
    ahead = itertools.dropwhile(lambda row: row.line <= kept.lines_read, rows)
    piece = list(itertools.islice(ahead, PIECE_LINES))
    _keep(roster.read_roster(piece, layout=_layout(kept)), roster_id=kept.pk, ring=ring)
    kept.lines_read = piece[-1].line if piece else kept.lines_total
    if kept.lines_read < kept.lines_total:
        kept.save(update_fields=["lines_read"])
        return RosterOutcome.DONE
    kept.content, kept.state = None, ImportState.STAGED
    keep_report(kept)
    kept.save()
    return RosterOutcome.DONE


def read_whole_roster(actor: Actor, roster_id: int) -> Iterator[tuple[int, int]]:
    """Read until the roster is staged, and yield (lines read, lines in all) after each piece; ValueError if it cannot be read."""
    while True:
        outcome = read_roster(actor, roster_id)
        if outcome is RosterOutcome.REFUSED_STATE:
            raise ValueError(f"roster {roster_id} cannot be read: its columns are not named, or it was decided")
        state, read, total = RosterImport.objects.values_list("state", "lines_read", "lines_total").get(pk=roster_id)
        yield read, total
        if state == ImportState.STAGED:
            return


def _layout(kept: RosterImport) -> roster.Layout:
    default = PersonKind(kept.source.default_kind) if kept.source.default_kind else None
    places = {RosterField(field): place for field, place in kept.places.items()}
    return roster.Layout(places, default, clock.today())


def _keep(lines: Iterable[RosterLine | BadRosterLine], *, roster_id: int, ring: KeyRing) -> None:
    with sql.raw_connection().cursor() as cursor, cursor.copy(f"copy people_rosterline ({_COLUMNS}) from stdin".encode()) as copy:
        for line in lines:
            copy.write_row((roster_id, line.line, *_cells(line, roster_id=roster_id, ring=ring)))


def _cells(line: RosterLine | BadRosterLine, *, roster_id: int, ring: KeyRing) -> tuple[object, ...]:
    if isinstance(line, BadRosterLine):
        return (Finding.ERROR.value, line.problem.value, line.detail, *_NOTHING)
    person, private = line.person, line.private
    return (
        Finding.UNREAD.value,
        "",
        "",
        person.person_no,
        person.full_name,
        *pinyin_of(person.full_name),
        person.kind.value,
        person.unit,
        person.valid_until,
        private.born_on,
        sealed(private.id_number, place=line_place(roster_id, line.line, ID_NUMBER), ring=ring),
        digest_of(private.id_number, column=ID_NUMBER, ring=ring),
        sealed(private.phone, place=line_place(roster_id, line.line, PHONE), ring=ring),
        digest_of(private.phone, column=PHONE, ring=ring),
        "{}",
    )
