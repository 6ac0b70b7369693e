"""Book cash from one place to another, once under a number."""

from __future__ import annotations

from onecard.counter.types import ShiftOutcome
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, SourceKind, TransferKind


def move_cash(job: str, number: int, from_account: int, to_account: int, *, amount_fen: int) -> ShiftOutcome:
    """Credit one account, debit the other under the job's number. REPEATED for what was booked, refused for another content."""
    source = register_source(SourceKind.JOB, name=job)
    before = ledger.transfers_of(source, number)
    if before:
        same = (before[0].debit_account_id, before[0].credit_account_id, before[0].amount_fen) == (
            to_account,
            from_account,
            amount_fen,
        )
        return ShiftOutcome.REPEATED if same else ShiftOutcome.REFUSED_COUNT
    post_transfers([Entry(source, number, TransferKind.CASH_MOVEMENT, to_account, from_account, amount_fen, clock.now())])
    return ShiftOutcome.DONE
