"""Post money that comes in, line by line: what bank transfers and subsidies share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from onecard.funding.types import FundingCounts, FundingLine
from onecard.kernel import clock
from onecard.ledger.actions.hold_records import hold_records
from onecard.ledger.actions.post_transfers import MAX_ENTRIES, post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, TransferKind

MAX_LINES = MAX_ENTRIES
OWNER_POST = "settlement_clerk"


def post_funding(
    lines: Sequence[FundingLine], *, source: str, kind: TransferKind, from_account: int, purses: Mapping[int, int]
) -> FundingCounts:
    """Book each line from the centre's account to the person's purse, once however often it comes (DESIGN §4.4).

    The same number with other content, and a line for a person without a purse, is held for the settlement clerk. Not an action
    of its own: callers hold the transaction and the audit event. ValueError for more than MAX_LINES or an amount below 1 fen.
    """
    _refuse_impossible(lines)
    source_id = register_source(SourceKind.JOB, name=source)
    known = [line for line in lines if line.person_id in purses]
    unknown = [line for line in lines if line.person_id not in purses]
    outcomes = post_transfers(
        [
            Entry(source_id, line.source_seq, kind, from_account, purses[line.person_id], line.amount_fen, line.occurred_at)
            for line in known
        ]
    )
    contradicting = [line for line, outcome in zip(known, outcomes, strict=True) if outcome is PostingOutcome.CONFLICT]
    _hold(contradicting, source_id=source_id, kind=kind, reason="CONFLICT")
    _hold(unknown, source_id=source_id, kind=kind, reason="UNKNOWN_PERSON")
    return FundingCounts.of(outcomes, unknown=unknown)


def _refuse_impossible(lines: Sequence[FundingLine]) -> None:
    if len(lines) > MAX_LINES:
        raise ValueError(f"at most {MAX_LINES} lines a call, {len(lines)} given")
    for line in lines:
        if line.amount_fen < 1:
            raise ValueError(f"line {line.source_seq}: {line.amount_fen} fen is not a positive amount")


def _hold(lines: Sequence[FundingLine], *, source_id: int, kind: TransferKind, reason: str) -> None:
    records = [(source_id, line.source_seq, _raw(line, kind=kind)) for line in lines]
    hold_records(records, reason=reason, owner_post=OWNER_POST, received_at=clock.now())


def _raw(line: FundingLine, *, kind: TransferKind) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "source_seq": line.source_seq,
        "person_id": line.person_id,
        "amount_fen": line.amount_fen,
        "occurred_at": line.occurred_at.isoformat(),
    }
