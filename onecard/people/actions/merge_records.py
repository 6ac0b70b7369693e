"""The step of merging two records of one human that is this room's: the money goes to the record that stays (decision 30)."""

from __future__ import annotations

from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, TransferKind
from onecard.people.actions.change_person import note_change
from onecard.people.actions.open_subsidy_purses import open_subsidy_purses
from onecard.people.models import Person
from onecard.people.types import PersonState

MERGES_SOURCE = "merged people"
"""The job that books merges; it numbers its transfers by the merged record's id, and a record is merged once."""


def merge_records(actor: Actor, duplicate: Person, *, survivor: Person, reason: str) -> None:
    """Move both purses' balances by ledger transfers, and let the duplicate lead to the survivor from now on.

    Not an action of its own: `cards.merge_people` holds both rows and the transaction, and moves the cards. An overdrawn purse is
    made good from the survivor's.
    """
    pairs = [(duplicate.cash_account_id, survivor.cash_account_id)]
    if duplicate.subsidy_account_id is not None:
        pairs.append((duplicate.subsidy_account_id, open_subsidy_purses([survivor.pk])[survivor.pk]))
    lock_accounts(sorted(account for pair in pairs for account in pair))
    outcomes = post_transfers(_entries(duplicate.pk, pairs))
    if any(outcome is not PostingOutcome.POSTED for outcome in outcomes):
        raise ValueError(f"the purses of person {duplicate.pk} were moved before: {outcomes}")
    Person.objects.filter(merged_into=duplicate).update(merged_into=survivor)
    Person.objects.filter(family_of=duplicate).exclude(pk=survivor.pk).update(family_of=survivor)
    Person.objects.filter(pk=survivor.pk, family_of=duplicate).update(family_of=None)
    Person.objects.filter(pk=duplicate.pk).update(state=PersonState.MERGED, merged_into=survivor, left_on=None, family_of=None)
    note_change(duplicate.pk, actor=actor, reason=reason, before={"state": str(duplicate.state)})
    note_change(survivor.pk, actor=actor, reason=reason, before={"merged": duplicate.person_no})


def _entries(duplicate_id: int, pairs: list[tuple[int, int]]) -> list[Entry]:
    source, now = register_source(SourceKind.JOB, name=MERGES_SOURCE), clock.now()
    entries: list[Entry] = []
    for old, kept in pairs:
        balance_fen = ledger.balance_of(old)
        debit, credit = (old, kept) if balance_fen > 0 else (kept, old)
        if balance_fen:
            leg = len(entries) + 1
            entries.append(Entry(source, duplicate_id, TransferKind.CORRECTION, debit, credit, abs(balance_fen), now, leg))
    return entries
