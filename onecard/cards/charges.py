"""Fees and deposits of cards through the ledger: from the holder's cash purse to card fees or card deposits, and back."""

from __future__ import annotations

from onecard.cards.models import Card
from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.lock_accounts import lock_accounts
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, SourceKind, Subject, TransferKind
from onecard.people.models import Person

FEES = "card replacement fees"
"""The job whose numbers are the ids of the replaced cards: a card is replaced, and pays for it, once."""
DEPOSITS = "card deposits"
"""The job whose numbers are the ids of the cards; minus the id is the deposit's way back."""


def can_pay(person: Person, amount_fen: int) -> bool:
    """Whether so much is in the person's cash purse, which stays locked until the transaction ends."""
    lock_accounts([person.cash_account_id])
    return ledger.balance_of(person.cash_account_id) >= amount_fen


def charge_fee(card: Card, amount_fen: int) -> None:
    """The fee for replacing this card, from its holder's cash purse; the caller knows that it `can_pay`."""
    _take(card, amount_fen, into=Subject.CARD_FEES, kind=TransferKind.CARD_FEE, source=FEES)


def take_deposit(card: Card) -> None:
    """The card's deposit from its holder's cash purse; the caller knows that it `can_pay`."""
    _take(card, card.deposit_fen, into=Subject.CARD_DEPOSITS, kind=TransferKind.CARD_DEPOSIT, source=DEPOSITS)


def give_deposit_back(card: Card) -> None:
    """The card's deposit back to its holder's cash purse."""
    source_id = register_source(SourceKind.JOB, name=DEPOSITS)
    deposits, purse = ledger.shared_account(Subject.CARD_DEPOSITS), card.person.cash_account_id
    post_transfers([Entry(source_id, -card.pk, TransferKind.CARD_DEPOSIT, deposits, purse, card.deposit_fen, clock.now())])


def _take(card: Card, amount_fen: int, *, into: Subject, kind: TransferKind, source: str) -> None:
    source_id = register_source(SourceKind.JOB, name=source)
    purse, account = card.person.cash_account_id, ledger.shared_account(into)
    post_transfers([Entry(source_id, card.pk, kind, purse, account, amount_fen, clock.now())])
