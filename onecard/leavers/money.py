"""Leavers' money through the ledger: out of the purses, to the bank, back when it failed, again when it is claimed."""

from __future__ import annotations

from collections.abc import Sequence

from onecard.kernel import clock
from onecard.leavers.models import Leaver, UnclaimedBalance
from onecard.ledger import queries as ledger
from onecard.ledger.actions.post_transfers import post_transfers
from onecard.ledger.actions.register_source import register_source
from onecard.ledger.types import Entry, PostingOutcome, SourceKind, Subject, TransferKind

PURSES, PAYMENTS = "leavers' purses", "leavers' refunds"
"""Two jobs: purses are emptied under the leaver's id; payments are numbered by id and try, minus is the way back."""
UNCLAIMED, DEBTS = "unclaimed balances", "leavers' debts"
"""Two more: unclaimed balances are booked as try 0 and paid like refunds; debts are written off under the leaver's id."""
MOST_PAYMENTS = 1_000


def empty_purses(leavers: Sequence[Leaver]) -> None:
    """What the locked purses hold, as the leavers say: the subsidy to the funding receivable, the cash to refunds payable."""
    source, now = register_source(SourceKind.JOB, name=PURSES), clock.now()
    receivable, payable = ledger.shared_account(Subject.SUBSIDY_RECEIVABLE), ledger.shared_account(Subject.REFUNDS_PAYABLE)
    entries = []
    for one in leavers:
        subsidy = one.person.subsidy_account_id
        if one.subsidy_fen and subsidy is not None:
            kind = TransferKind.SUBSIDY_RECOVERY
            entries.append(Entry(source, one.pk, kind, subsidy, receivable, one.subsidy_fen, now, leg=1))
        if one.refund_fen:
            purse = one.person.cash_account_id
            entries.append(Entry(source, one.pk, TransferKind.LEAVER_REFUND, purse, payable, one.refund_fen, now, leg=2))
    _post(entries)


def write_off(leaver: Leaver, *, debt_fen: int) -> None:
    """The centre's loss lifts the purse to nothing."""
    source, losses = register_source(SourceKind.JOB, name=DEBTS), ledger.shared_account(Subject.WRITE_OFFS)
    purse = leaver.person.cash_account_id
    _post([Entry(source, leaver.pk, TransferKind.CORRECTION, losses, purse, debt_fen, clock.now())])


def book_unclaimed(balances: Sequence[UnclaimedBalance]) -> None:
    """Each purse's money, or refund payable, to the unclaimed balances."""
    source, now = register_source(SourceKind.JOB, name=UNCLAIMED), clock.now()
    payable, unclaimed = ledger.shared_account(Subject.REFUNDS_PAYABLE), ledger.shared_account(Subject.UNCLAIMED)
    entries = []
    for one in balances:
        held_on = payable if one.leaver_id else one.person.cash_account_id
        entries.append(Entry(source, _number(one), TransferKind.UNCLAIMED, held_on, unclaimed, one.amount_fen, now))
    _post(entries)


def pay_unclaimed(balance: UnclaimedBalance, *, purse_id: int | None) -> None:
    """The next payment of it: back onto this purse, or to the bank."""
    source, unclaimed = register_source(SourceKind.JOB, name=UNCLAIMED), ledger.shared_account(Subject.UNCLAIMED)
    to = purse_id or ledger.shared_account(Subject.BANK_CLEARING)
    balance.payments += 1
    _post([Entry(source, _number(balance), TransferKind.UNCLAIMED, unclaimed, to, balance.amount_fen, clock.now())])


def pay(leavers: Sequence[Leaver]) -> None:
    """The next payment of each, from refunds payable to the bank."""
    source, now = register_source(SourceKind.JOB, name=PAYMENTS), clock.now()
    payable, bank = ledger.shared_account(Subject.REFUNDS_PAYABLE), ledger.shared_account(Subject.BANK_CLEARING)
    for one in leavers:
        one.payments += 1
    _post([Entry(source, _number(one), TransferKind.LEAVER_REFUND, payable, bank, one.refund_fen, now) for one in leavers])


def take_payment_back(paid_to: Leaver | UnclaimedBalance) -> None:
    """The bank could not pay: a transfer that reverses the last payment."""
    job = PAYMENTS if isinstance(paid_to, Leaver) else UNCLAIMED
    source, number = register_source(SourceKind.JOB, name=job), _number(paid_to)
    [paid] = ledger.transfers_of(source, number)
    owed, bank = paid.debit_account_id, paid.credit_account_id
    back = Entry(source, -number, TransferKind.REVERSAL, bank, owed, paid.amount_fen, clock.now(), reverses_id=paid.pk)
    _post([back])


def _number(one: Leaver | UnclaimedBalance) -> int:
    return one.pk * MOST_PAYMENTS + one.payments


def _post(entries: Sequence[Entry]) -> None:
    """Post what nobody can have posted before: the leavers' rows are locked and say that it was not."""
    if set(post_transfers(entries)) - {PostingOutcome.POSTED}:
        raise ValueError("a leaver's transfer is in the ledger already")
