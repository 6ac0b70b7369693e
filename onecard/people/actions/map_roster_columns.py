"""Say which column of a roster means what, and remember it for its source."""

from __future__ import annotations

from collections.abc import Mapping

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people import roster
from onecard.people.models import RosterImport
from onecard.people.types import ImportState, RosterField, RosterOutcome


@action("people.map_roster_columns")
def map_roster_columns(actor: Actor, roster_id: int, *, columns: Mapping[str, str]) -> RosterOutcome:
    """Take for each field (RosterField) the column with this heading; fields that are not named have none. Then it can be read.

    Refused once reading has begun, and when a heading is not in the file or a needed field has no column.
    """
    kept = RosterImport.objects.select_for_update(no_key=True, of=("self",)).select_related("source").get(pk=roster_id)
    if kept.state not in (ImportState.UNMAPPED, ImportState.READING) or kept.lines_read:
        return RosterOutcome.REFUSED_STATE
    places = {RosterField(field): kept.headings.index(heading) for field, heading in columns.items() if heading in kept.headings}
    twice = len(set(places.values())) < len(places)
    if len(places) < len(columns) or twice or roster.missing(places, default_kind=kept.source.default_kind):
        return RosterOutcome.REFUSED_COLUMNS
    kept.places, kept.state = places, ImportState.READING
    kept.save(update_fields=["places", "state"])
    kept.source.columns = dict(columns)
    kept.source.save(update_fields=["columns"])
    return RosterOutcome.DONE
