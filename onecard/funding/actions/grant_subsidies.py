"""Grant subsidies to the subsidy purses (BUSINESS: Money in)."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.funding.actions.post_funding import post_funding
from onecard.funding.types import FundingCounts, FundingLine
from onecard.ledger import queries as ledger_queries
from onecard.ledger.types import Subject, TransferKind
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses


@action("funding.grant_subsidies", subject=lambda grants: f"{len(grants)} grants")
def grant_subsidies(actor: Actor, grants: Sequence[FundingLine], *, source: str) -> FundingCounts:
    """Book each grant from the funding receivable to the person's subsidy purse, opened where it is missing.

    `source` names the subsidy batch. A line that was booked is REPEATED and changes nothing; its number with another content, or
    an unknown person, is held.
    """
    return post_funding(
        grants,
        source=source,
        kind=TransferKind.SUBSIDY_GRANT,
        from_account=ledger_queries.shared_account(Subject.SUBSIDY_RECEIVABLE),
        purses=open_subsidy_purses([line.person_id for line in grants]),
    )
