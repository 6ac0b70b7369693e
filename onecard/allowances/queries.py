"""Typed reads of the room."""

from __future__ import annotations

from onecard.allowances.types import MAX_CHANGES, AllowanceChanges
from onecard.kernel import sql


def changes_since(since: int, *, limit: int = MAX_CHANGES) -> AllowanceChanges | None:
    """What changed after version `since`, at most `limit` cards; None when there is no such version. 0 is the empty list."""
    rows = sql.call(sql.text_of("allowances", "queries/changes_since"), {"since": since, "limit": limit})
    head, count, checksum, card_nos, fens, last = rows[0] if rows else (0, 0, 0, [], [], 0)
    if since > head:
        return None
    changes = list(zip(card_nos, fens, strict=True))
    has_more = len(changes) == limit and last < head
    return AllowanceChanges(
        to_version=last if has_more else head,
        listed=[(card_no, fen) for card_no, fen in changes if fen],
        removed=[card_no for card_no, fen in changes if not fen],
        has_more=has_more,
        count=count,
        checksum=checksum,
    )
