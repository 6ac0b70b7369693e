"""Apply a roster's difference report: what was shown and approved, and nothing else (clauses M02, M2.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.kernel.secrets import KeyRing, key_ring
from onecard.people.actions.compare_roster import digest_now
from onecard.people.actions.lock_people import lock_people
from onecard.people.actions.register_people import open_cash_purses
from onecard.people.models import RosterImport, RosterLine
from onecard.people.particulars import ID_NUMBER, PHONE, line_place, opened, place_of, sealed
from onecard.people.types import Finding, ImportState, RosterOutcome

BATCH = 5_000


@approved(
    "people.apply_roster",
    title=_("Apply a roster"),
    words={
        "digest": _("digest of the report"),
        "REFUSED_STATE": _("The import does not wait to be applied."),
        "REFUSED_CHANGED": _("The report is not the one that was proposed."),
        "REFUSED_STALE": _("People changed since the report was made: compare again and propose it anew."),
    },
    read_subject=int,
    about="people.rosterimport",
)
def apply_roster(actor: Actor, roster_id: int, *, digest: str) -> RosterOutcome:
    """Register who is new, change who changed, note who left, all or nothing; conflicts and errors are left out.

    `digest` (hex) is that of the report which was shown. Refused when the import's report is another by now, and when the same
    comparison would find something else today. REPEATED when it was applied before.
    """
    kept = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_id)
    if kept.state == ImportState.APPLIED:
        return RosterOutcome.REPEATED
    if kept.state != ImportState.STAGED or kept.digest is None:
        return RosterOutcome.REFUSED_STATE
    if bytes(kept.digest).hex() != digest:
        return RosterOutcome.REFUSED_CHANGED
    lock_people()
    if digest_now(kept.pk) != bytes(kept.digest):
        return RosterOutcome.REFUSED_STALE
    now = clock.now()
    _register_new(kept.pk, at=now)
    changing = {
        "roster": kept.pk,
        "at": now,
        "by": actor.name,
        "reason": f"{kept.source.code} #{kept.pk}",
        "today": clock.today(),
    }
    sql.call(sql.text_of("people", "queries/apply_changed"), changing)
    _keep_particulars(kept.pk, ring=key_ring())
    sql.call(sql.text_of("people", "queries/scrub_lines"), {"roster": kept.pk, "discarded": False})
    kept.state, kept.decided_by, kept.decided_at = ImportState.APPLIED, actor.name, now
    kept.save(update_fields=["state", "decided_by", "decided_at"])
    return RosterOutcome.DONE


def _register_new(roster_id: int, *, at: datetime) -> None:
    new = RosterLine.objects.filter(roster_id=roster_id, finding=Finding.NEW).order_by("line")
    after = 0
    while rows := list(new.filter(line__gt=after).values_list("pk", "line", "person_no", "full_name")[:BATCH]):
        accounts = open_cash_purses([(person_no, full_name) for _pk, _line, person_no, full_name in rows])
        arguments = {"lines": [row[0] for row in rows], "accounts": accounts, "at": at}
        sql.call(sql.text_of("people", "queries/apply_new"), arguments)
        after = rows[-1][1] or 0


def _keep_particulars(roster_id: int, *, ring: KeyRing) -> None:
    """Seal what the lines say in private anew, each value for its person's row."""
    after = 0
    reading, writing = sql.text_of("people", "queries/private_lines"), sql.text_of("people", "queries/keep_particulars")
    while rows := sql.call(reading, {"roster": roster_id, "after": after, "limit": BATCH}):
        moved = [_moved(row, roster_id=roster_id, ring=ring) for row in rows]
        names = ("person", "id_number", "id_digest", "phone", "phone_digest", "born_on")
        sql.call(writing, dict(zip(names, (list(column) for column in zip(*moved, strict=True)), strict=True)))
        after = rows[-1][0]


def _moved(row: tuple[Any, ...], *, roster_id: int, ring: KeyRing) -> tuple[Any, ...]:
    line, person_id, id_number, id_digest, phone, phone_digest, born_on = row

    def anew(value: bytes | None, column: str) -> bytes | None:
        text = opened(value, place=line_place(roster_id, line, column), ring=ring)
        return sealed(text, place=place_of(person_id, column), ring=ring)

    return person_id, anew(id_number, ID_NUMBER), id_digest, anew(phone, PHONE), phone_digest, born_on
