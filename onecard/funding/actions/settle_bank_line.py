"""Settle a held difference with a bank by what two people found to be true (BUSINESS: Money in)."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.funding import rules
from onecard.funding.queries import booked_under
from onecard.funding.types import SettlingOutcome
from onecard.funding.words import SETTLING_WORDS
from onecard.kernel.money import yuan
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.actions.settle_held_records import locked_record, settle
from onecard.ledger.models import HeldRecord
from onecard.ledger.types import (
    HELD_RECORDS_SOURCE,
    Entry,
    PostingOutcome,
    SettledAs,
    SourceKind,
    Subject,
    TransferKind,
)
from onecard.people import queries as people


@approved(
    "funding.settle_bank_line",
    title=_("Settle a difference with the bank"),
    words={
        "person_no": _("person's number"),
        "amount_fen": _("amount"),
        **{outcome.name: words for outcome, words in SETTLING_WORDS.items()},
    },
    read_subject=int,
    about="ledger.heldrecord",
)
def settle_bank_line(actor: Actor, held_id: int, *, person_no: str, amount_fen: int) -> SettlingOutcome:
    """Let the books say that the bank's reference number brought this person this amount; 0 fen: that it brought nothing.

    A free number is booked under itself (BOOKED); else the difference to what stands booked is moved by corrections that the
    centre numbers by the held record (CORRECTED), never below zero of a purse. When our books are right, the held record is
    written off instead. Refusals in order: rules.judge_settling. HeldRecord.DoesNotExist for an unknown record.
    """
    held = locked_record(held_id)
    known = people.people_with([person_no])
    purses = people.cash_purses(person.pk for person in known.values())
    purse = purses[known[person_no].pk] if person_no in known else None
    is_the_banks = held.raw.get("kind") == TransferKind.BANK_TRANSFER.name and "reference" in held.raw
    booked = booked_under(held.source_id or 0, [held.source_seq]).get(held.source_seq)
    facts = rules.SettlingFacts(held.settled_at is not None, is_the_banks, amount_fen, purse, booked)
    outcome = rules.judge_settling(facts)
    said = f"{held.source_seq}: {person_no}, ¥{yuan(amount_fen)}"
    if outcome is SettlingOutcome.BOOKED and purse is not None:
        _post([_entry(held, purse=purse, change_fen=amount_fen)])
        settle(held, actor=actor, settled_as=SettledAs.BOOKED, text=said)
    elif outcome is SettlingOutcome.CORRECTED:
        changes = rules.moves(booked or {}, to=rules.wanted(purse, amount_fen))
        lock_accounts(sorted(changes))
        if any(ledger.balance_of(account) + change < 0 for account, change in changes.items() if change < 0):
            return SettlingOutcome.REFUSED_SPENT
        _post([_correction(held, purse=one, change_fen=changes[one], leg=leg) for leg, one in enumerate(changes, start=1)])
        settle(held, actor=actor, settled_as=SettledAs.CORRECTED, text=said)
    return outcome


def _entry(held: HeldRecord, *, purse: int, change_fen: int) -> Entry:
    bank, occurred_at = ledger.shared_account(Subject.BANK_CLEARING), datetime.fromisoformat(held.raw["occurred_at"])
    source = held.source_id or 0
    return Entry(source, held.source_seq, TransferKind.BANK_TRANSFER, bank, purse, change_fen, occurred_at)


def _correction(held: HeldRecord, *, purse: int, change_fen: int, leg: int) -> Entry:
    """From the bank to the purse, or back when the change is below zero."""
    bank, occurred_at = ledger.shared_account(Subject.BANK_CLEARING), datetime.fromisoformat(held.raw["occurred_at"])
    debit, credit = (bank, purse) if change_fen > 0 else (purse, bank)
    source = register_source(SourceKind.JOB, name=HELD_RECORDS_SOURCE)
    return Entry(source, held.pk, TransferKind.CORRECTION, debit, credit, abs(change_fen), occurred_at, leg=leg)


def _post(entries: list[Entry]) -> None:
    """Post what nobody can have posted before: the held record is locked and was not settled."""
    if set(post_transfers(entries)) != {PostingOutcome.POSTED}:
        raise RuntimeError("a difference was not settled, yet its number is booked")
