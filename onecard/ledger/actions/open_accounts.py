"""Open accounts."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.kernel import sql
from onecard.ledger.models import Account
from onecard.ledger.types import Subject

CENTRE_SUBJECTS = (
    Subject.SAFE_CASH,
    Subject.CASH_TO_FINANCE,
    Subject.BANK_CLEARING,
    Subject.SUBSIDY_RECEIVABLE,
    Subject.REFUNDS_PAYABLE,
    Subject.CARD_DEPOSITS,
    Subject.MANAGEMENT_FEES,
    Subject.CARD_FEES,
    Subject.WRITE_OFFS,
    Subject.CASH_OVER_SHORT,
    Subject.LOST_CARD_LOSSES,
    Subject.UNCLAIMED,
)
"""The centre has one account of each of these."""


def open_accounts(wanted: Sequence[tuple[Subject, str]]) -> list[int]:
    """Open an empty account for each (subject, title) and return their ids in the order given."""
    if not wanted:
        return []
    subjects = [int(subject) for subject, _ in wanted]
    titles = [title for _, title in wanted]
    accounts: list[int] = sql.call("select ledger_open_accounts_v1(%b::smallint[], %t::text[])", [subjects, titles])[0][0]
    return accounts


def open_centre_accounts() -> None:
    """Open the centre's own accounts that are missing; repeat-safe, called at install."""
    present = set(Account.objects.filter(subject__in=CENTRE_SUBJECTS).values_list("subject", flat=True))
    open_accounts([(subject, subject.name.lower()) for subject in CENTRE_SUBJECTS if subject not in present])
