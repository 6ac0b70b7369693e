"""Discard a roster that is not to be applied."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.people.models import RosterImport
from onecard.people.types import ImportState, RosterOutcome


@action("people.discard_roster")
def discard_roster(actor: Actor, roster_id: int) -> RosterOutcome:
    """Forget the file and its lines; the import stays in the list. Refused when it was applied."""
    kept = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_id)
    if kept.state == ImportState.DISCARDED:
        return RosterOutcome.REPEATED
    if kept.state == ImportState.APPLIED:
        return RosterOutcome.REFUSED_STATE
    sql.call(sql.text_of("people", "queries/scrub_lines"), {"roster": kept.pk, "discarded": True})
    kept.state, kept.content, kept.decided_by, kept.decided_at = ImportState.DISCARDED, None, actor.name, clock.now()
    kept.save(update_fields=["state", "content", "decided_by", "decided_at"])
    return RosterOutcome.DONE
