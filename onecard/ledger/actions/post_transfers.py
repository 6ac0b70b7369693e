"""Post entries to the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.kernel import sql
from onecard.ledger.types import Entry, PostingOutcome

MAX_ENTRIES = 10_000

_POST = (
    "select ledger_post_transfers_v1(%b::bigint[], %b::bigint[], %b::smallint[], %b::smallint[], %b::bigint[],"
    " %b::bigint[], %b::bigint[], %b::timestamptz[], %b::bigint[])"
)


def post_transfers(entries: Sequence[Entry]) -> list[PostingOutcome]:
    """Book the entries on the open day, all in one transaction; idempotent by (source, number).

    Answers in the order given: POSTED, REPEATED (there already with the same content) or CONFLICT (the number is taken by other
    content; nothing of that event is booked and the caller holds it). At most MAX_ENTRIES at once, all legs of an event together.
    """
    if len(entries) > MAX_ENTRIES:
        raise ValueError(f"at most {MAX_ENTRIES} entries a call, {len(entries)} given")
    if not entries:
        return []
    columns = [
        [entry.source_id for entry in entries],
        [entry.source_seq for entry in entries],
        [entry.leg for entry in entries],
        [int(entry.kind) for entry in entries],
        [entry.debit_account_id for entry in entries],
        [entry.credit_account_id for entry in entries],
        [entry.amount_fen for entry in entries],
        [entry.occurred_at for entry in entries],
        [entry.reverses_id for entry in entries],
    ]
    outcomes = sql.call(_POST, columns)[0][0]
    return [PostingOutcome(outcome) for outcome in outcomes]
