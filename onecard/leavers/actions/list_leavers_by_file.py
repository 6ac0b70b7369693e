"""离校名单导入: who leaves by a delivered list; one person compares and proposes it, another confirms (clause S7.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.leavers.actions.list_leavers import Listed, open_batch
from onecard.leavers.comparing import compare_list
from onecard.leavers.showing import report_table
from onecard.leavers.types import LeaverOutcome, WantedLeaver


def lines_of(payload: Sequence[Sequence[Any]]) -> list[WantedLeaver]:
    """The lines of a proposal: each (line, number, name)."""
    return [WantedLeaver(int(line), str(number), str(name)) for line, number, name in payload]


def _shows(_subject: str, payload: Mapping[str, Any]) -> object:
    """The report as of now, for who confirms: what became of people since it was proposed shows in it."""
    return report_table(compare_list(lines_of(payload["lines"])), file=payload["file"])


@approved(
    "leavers.list_leavers_by_file",
    title=_("List leavers by a file"),
    words={
        LeaverOutcome.REFUSED_NOBODY.name: _("Everybody on the list was on one before, or nobody has left."),
        LeaverOutcome.REFUSED_CHANGED.name: _("The list comes to other people than when it was proposed: compare it anew."),
    },
    shows=_shows,
)
def list_leavers_by_file(actor: Actor, title: str, *, file: str, people: int, lines: list[list[Any]]) -> Listed:
    """Open a batch of whom the file's lines name; `people` is how many that was when it was proposed, another count is refused.

    `file` is its name and digest. Left out: the lines whose finding is none of types.LISTS.
    """
    report = compare_list(lines_of(lines))
    if len(report.person_ids) != people:
        return Listed(LeaverOutcome.REFUSED_CHANGED, left_out=len(lines))
    return open_batch(actor, title, person_ids=report.person_ids, given=len(lines))
