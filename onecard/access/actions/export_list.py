"""Note that a list leaves the system as a file."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor


def _permission_to_see(taken: str) -> str:
    room, _dot, what = taken.partition("?")[0].partition(".")
    return f"{room}.view_{what}"


@action("access.export_list", permission=_permission_to_see)
def export_list(actor: Actor, taken: str) -> None:
    """Keep in the audit log who took which list or report, `room.model?search and filters`; needs the permission to see it."""
