"""Settlement's own transfers: fees to the centre's income, payments through the bank, and back what the bank sent back."""

from __future__ import annotations

from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, Subject, TransferKind
from onecard.settlement.models import Payment, Statement
from onecard.settlement.types import FEES_SOURCE, PAYMENTS_SOURCE


def book_fee(statement: Statement) -> None:
    """The fee from the merchant's account to the centre's income; the other way round when net sales are below zero."""
    if not statement.fee_fen:
        return
    payable, income = statement.merchant.payable_account_id, ledger.shared_account(Subject.MANAGEMENT_FEES)
    debit, credit = (payable, income) if statement.fee_fen > 0 else (income, payable)
    _post(FEES_SOURCE, statement.pk, debit=debit, credit=credit, amount_fen=abs(statement.fee_fen))


def book_payment(payment: Payment) -> None:
    """What finance paid, from the merchant's account to the bank."""
    payable, bank = payment.statement.merchant.payable_account_id, ledger.shared_account(Subject.BANK_CLEARING)
    _post(PAYMENTS_SOURCE, payment.pk, debit=payable, credit=bank, amount_fen=payment.amount_fen)


def take_payment_back(payment: Payment) -> None:
    """What the bank sent back, as a transfer that reverses the payment."""
    [paid] = ledger.transfers_of(register_source(SourceKind.JOB, name=PAYMENTS_SOURCE), payment.pk)
    debit, credit = paid.credit_account_id, paid.debit_account_id
    _post(PAYMENTS_SOURCE, -payment.pk, debit=debit, credit=credit, amount_fen=paid.amount_fen, reverses_id=paid.pk)


def _post(source: str, number: int, *, debit: int, credit: int, amount_fen: int, reverses_id: int | None = None) -> None:
    """Post what nobody can have posted before: the statement's row is locked and says that it was not."""
    source_id = register_source(SourceKind.JOB, name=source)
    kind = TransferKind.SETTLEMENT
    entry = Entry(source_id, number, kind, debit, credit, amount_fen, clock.now(), reverses_id=reverses_id)
    if post_transfers([entry]) != [PostingOutcome.POSTED]:
        raise RuntimeError(f"{source} {number} is in the ledger already")
