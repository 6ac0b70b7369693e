"""付款文件格式: what the columns of a payment file may hold; ONECARD_PAYMENT_LAYOUT says which ones finance wants."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from onecard.kernel.money import plain_yuan
from onecard.merchants.queries import account_number
from onecard.settlement.models import Payment

SETTING = "ONECARD_PAYMENT_LAYOUT"
FIELDS: Mapping[str, Callable[[Payment], object]] = {
    "number": lambda payment: payment.pk,
    "merchant_code": lambda payment: payment.statement.merchant.code,
    "merchant": lambda payment: payment.statement.merchant.name,
    "holder": lambda payment: payment.account.holder,
    "bank": lambda payment: payment.account.bank,
    "account_no": lambda payment: account_number(payment.account),
    "amount_fen": lambda payment: payment.amount_fen,
    "amount_yuan": lambda payment: plain_yuan(payment.amount_fen),
    "first_day": lambda payment: payment.statement.first_day,
    "last_day": lambda payment: payment.statement.last_day,
    "statement": lambda payment: f"{payment.statement.merchant.code}-{payment.statement.number}",
}
"""What a column may hold."""
