"""退款付款文件格式: what the columns of a file of refunds may hold; ONECARD_REFUND_LAYOUT says which ones finance wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from onecard.kernel.money import plain_yuan
from onecard.leavers.models import Leaver
from onecard.people.models import BankAccount

SETTING = "ONECARD_REFUND_LAYOUT"


class Refund(NamedTuple):
    """A refund on its way to the bank: whose, into which account, and its number in full."""

    leaver: Leaver
    account: BankAccount
    account_no: str


FIELDS: Mapping[str, Callable[[Refund], object]] = {
    "number": lambda refund: refund.leaver.pk,
    "person_no": lambda refund: refund.leaver.person.person_no,
    "full_name": lambda refund: refund.leaver.person.full_name,
    "unit": lambda refund: refund.leaver.person.unit,
    "holder": lambda refund: refund.account.holder,
    "bank": lambda refund: refund.account.bank,
    "account_no": lambda refund: refund.account_no,
    "amount_fen": lambda refund: refund.leaver.refund_fen,
    "amount_yuan": lambda refund: plain_yuan(refund.leaver.refund_fen),
    "batch": lambda refund: refund.leaver.batch.title,
}
"""What a column may hold."""
