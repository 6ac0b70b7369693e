"""Subsidies through the ledger: from the funding receivable to the subsidy purse, and what is unspent back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from onecard.funding.models import SubsidyGrant
from onecard.ledger import queries as ledger
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, Subject, TransferKind
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses

SUBSIDIES = "subsidies"
"""The job that numbers its transfers by the grants' ids; minus the id is the way back."""


def pay(grants: Sequence[SubsidyGrant], *, at: datetime) -> None:
    """Each grant to its person's subsidy purse, opened where it is missing."""
    source, receivable = _source_and_receivable()
    purses = open_subsidy_purses([one.person_id or 0 for one in grants])
    kind = TransferKind.SUBSIDY_GRANT
    _post([Entry(source, one.pk, kind, receivable, purses[one.person_id or 0], one.amount_fen or 0, at) for one in grants])


def take_back(grants: Sequence[SubsidyGrant], *, purses: Mapping[int, int], at: datetime) -> None:
    """What the grants say is taken back, from the locked purses (by the grants' ids)."""
    source, receivable = _source_and_receivable()
    kind = TransferKind.SUBSIDY_RECOVERY
    taken = [one for one in grants if one.taken_back_fen]
    _post([Entry(source, -one.pk, kind, purses[one.pk], receivable, one.taken_back_fen, at) for one in taken])


def _source_and_receivable() -> tuple[int, int]:
    return register_source(SourceKind.JOB, name=SUBSIDIES), ledger.shared_account(Subject.SUBSIDY_RECEIVABLE)


def _post(entries: Sequence[Entry]) -> None:
    """Post what nobody can have posted before: the grants are locked and say that it was not."""
    if set(post_transfers(entries)) - {PostingOutcome.POSTED}:
        raise RuntimeError("a subsidy's transfer is in the ledger already")
