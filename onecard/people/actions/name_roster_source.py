"""Name a system that delivers rosters, and whom it covers."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.people.models import RosterSource
from onecard.people.types import PersonKind, RosterOutcome


@action("people.name_roster_source")
def name_roster_source(
    actor: Actor, code: str, *, title: str, kinds: Sequence[PersonKind] = (), default_kind: PersonKind | None = None
) -> RosterOutcome:
    """Register the source. A full roster of it says of the `kinds` who left; `default_kind` holds where a file says no kind."""
    content = {
        "title": title,
        "kinds": [kind.value for kind in kinds],
        "default_kind": default_kind.value if default_kind else "",
    }
    _kept, is_new = RosterSource.objects.get_or_create(code=code, defaults=content)
    return RosterOutcome.DONE if is_new else RosterOutcome.REFUSED_NAME_TAKEN
