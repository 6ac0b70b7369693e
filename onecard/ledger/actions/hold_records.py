"""Hold what could not be booked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from onecard.kernel import sql


def hold_records(
    records: Sequence[tuple[int | None, int, dict[str, Any]]], *, reason: str, owner_post: str, received_at: datetime
) -> None:
    """Keep each (source, number, raw content) until a person settles it; the same content is kept once (DESIGN §4.5)."""
    if not records:
        return
    sql.call(
        "select ledger_hold_v1(%b::bigint[], %b::bigint[], %t::text[], %t::jsonb[], %t::text, %t::timestamptz)",
        [
            [source_id for source_id, _, _ in records],
            [source_seq for _, source_seq, _ in records],
            [reason] * len(records),
            [Jsonb(raw) for _, _, raw in records],
            owner_post,
            received_at,
        ],
    )
