"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable

from onecard.allowances.types import CAP_FEN, MAX_CHANGES, AllowanceChanges, AllowanceLag
from onecard.cards import types as cards
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


def lags(versions: Iterable[int]) -> dict[int, AllowanceLag]:
    """How far each of these versions is behind, by version; empty as long as no list was ever taken."""
    wanted = sorted(set(versions))
    rows = sql.call(sql.text_of("allowances", "queries/lags"), {"versions": wanted}) if wanted else []
    return {version: AllowanceLag(changes, since) for version, changes, since in rows}


def given_to_unknown(held: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """The most, in fen, that cards on the blacklist could spend by the list of a terminal whose blacklist doesn't name them.

    By (blacklist version, version of the list) that a terminal holds. A terminal may have loaded a newer list than it said: what
    changed since then counts as CAP_FEN a card.
    """
    pairs = sorted(set(held))
    if not pairs:
        return {}
    arguments = {
        "blacklist_versions": [blacklist_version for blacklist_version, _version in pairs],
        "versions": [version for _blacklist_version, version in pairs],
        "cap_fen": CAP_FEN,
        "limit": cards.MAX_CHANGES,
    }
    rows = sql.call(sql.text_of("allowances", "queries/given_to_unknown"), arguments)
    return {(blacklist_version, version): given_fen for blacklist_version, version, given_fen in rows}
