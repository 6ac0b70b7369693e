"""Compare a staged roster with the people that we know now: the difference report (clause M2.3)."""

from __future__ import annotations

from django.db.models import Count

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import sql
from onecard.people.models import RosterImport, RosterLine
from onecard.people.types import ImportState, RosterOutcome


@action("people.compare_roster")
def compare_roster(actor: Actor, roster_id: int) -> RosterOutcome:
    """Make the report anew, since people changed after it was made; what was proposed about the old one cannot run any more.

    REPEATED when the report is as it was; refused unless the import is staged.
    """
    kept = RosterImport.objects.select_for_update(no_key=True).get(pk=roster_id)
    if kept.state != ImportState.STAGED or kept.digest is None:
        return RosterOutcome.REFUSED_STATE
    if digest_now(kept.pk) == bytes(kept.digest):
        return RosterOutcome.REPEATED
    keep_report(kept)
    kept.save(update_fields=["counts", "digest"])
    return RosterOutcome.DONE


def keep_report(kept: RosterImport) -> None:
    """Write what the comparison finds on the lines, and counts and digest on the import, which the caller saves."""
    sql.call(sql.text_of("people", "queries/keep_findings"), {"roster": kept.pk})
    by_finding = RosterLine.objects.filter(roster=kept).values_list("finding").annotate(Count("pk"))
    kept.counts, kept.digest = dict(by_finding), digest_now(kept.pk)


def digest_now(roster_id: int) -> bytes:
    """The digest of lines and findings as they would be reported now (sql/functions/people_roster_digest.sql)."""
    [(digest,)] = sql.call("select people_roster_digest_v1(%b::bigint)", [roster_id])
    return bytes(digest)
