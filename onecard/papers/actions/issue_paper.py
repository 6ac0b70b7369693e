"""Issue a numbered paper (单据)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from onecard.access.types import Actor
from onecard.kernel import clock, sql
from onecard.papers.rules import content_digest, kept_content
from onecard.papers.types import Issued, IssueOutcome, PaperKind

_ISSUE = (
    "select o_outcome, o_id, o_number, o_version from papers_issue_v1("
    "%t, %t, %t, %b::date, %t::jsonb, %t, %t, %b::timestamptz, %b::bigint, %t)"
)


def issue_paper(
    actor: Actor,
    kind: PaperKind,
    *,
    subject: str,
    content: Mapping[str, Any],
    dated: date | None = None,
    correction: str = "",
) -> Issued:
    """Give the paper the next number of its kind and of the year of `dated` (today on campus), in the caller's transaction.

    Not an action of its own: the action that makes the paper calls it, late, since other papers of the kind and year wait until
    it commits. One paper a subject: the same content again is REPEATED; other content is REFUSED_ISSUED unless `correction` says
    why, then it is the next version. The content is that of `rules.kept_content`, which refuses what doesn't fit.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a paper is issued in the transaction of what it tells")
    day, kept = dated or clock.today(), kept_content(kind, content)
    digest = content_digest(kind=kind.name, subject=subject, dated=day, content=kept)
    arguments = [
        kind.name,
        kind.prefix,
        subject,
        day,
        json.dumps(kept, ensure_ascii=False),
        digest,
        correction.strip(),
        clock.now(),
        actor.operator_id,
        actor.name,
    ]
    [(outcome, paper_id, number, version)] = sql.call(_ISSUE, arguments)
    return Issued(IssueOutcome[outcome], paper_id, number, version)
