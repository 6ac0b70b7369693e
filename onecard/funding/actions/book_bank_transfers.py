"""圈存: book money that holders moved from their bank accounts to their cash purses."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.post_funding import post_funding
from onecard.funding.types import FundingCounts, FundingLine
from onecard.ledger import queries as ledger_queries
from onecard.ledger.types import Subject, TransferKind
from onecard.people import queries as people_queries


@action("funding.book_bank_transfers", subject=lambda transfers: f"{len(transfers)} transfers")
def book_bank_transfers(actor: Actor, transfers: Sequence[FundingLine], *, source: str) -> FundingCounts:
    """Book each transfer from bank clearing to the person's cash purse, on the open day; `source` names the bank file's series.

    A line that was booked is REPEATED and changes nothing; its number with another content, or an unknown person, is held.
    """
    return post_funding(
        transfers,
        source=source,
        kind=TransferKind.BANK_TRANSFER,
        from_account=ledger_queries.shared_account(Subject.BANK_CLEARING),
        purses=people_queries.cash_purses(line.person_id for line in transfers),
    )
