"""Typed reads of the room."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from onecard.kernel.secrets import key_ring
from onecard.merchants.models import BankAccount, Contract, Merchant, MerchantStaff, Rate
from onecard.merchants.types import RateLine, Seller


def merchant_with(code: str) -> Merchant | None:
    """The merchant with this code."""
    return Merchant.objects.filter(code=code).first()


def sellers() -> dict[int, Seller]:
    """Every merchant by its payable account, with the income unit that it is placed in now."""
    rows = Merchant.objects.values_list("payable_account_id", "code", "name", "income_unit__code", "income_unit__name")
    return {account: Seller(code, name, unit_code or "", unit_name or "") for account, code, name, unit_code, unit_name in rows}


def contract_on(merchant_id: int, day: date) -> Contract | None:
    """The contract that covers the day; else the last that had begun, else the next one; None when the merchant never had one."""
    contracts = Contract.objects.filter(merchant_id=merchant_id)
    covering = contracts.filter(Q(ends_on=None) | Q(ends_on__gte=day), begins_on__lte=day).first()
    begun = contracts.filter(begins_on__lte=day).order_by("-begins_on").first()
    return covering or begun or contracts.order_by("begins_on").first()


def rates_of(merchant_id: int) -> tuple[RateLine, ...]:
    """All rates of a merchant over its contracts, in order of their days; those in force are `rules.rate_on`."""
    rows = Rate.objects.filter(contract__merchant_id=merchant_id).order_by("from_day")
    return tuple(RateLine(row.from_day, row.fee_rate_bp, row.minimum_fee_fen) for row in rows)


def account_in_force(merchant_id: int) -> BankAccount | None:
    """The account that the merchant is paid into; None when none was adopted."""
    return BankAccount.objects.filter(merchant_id=merchant_id, adopted_at__isnull=False, replaced_at=None).first()


def account_number(account: BankAccount) -> str:
    """The account's number in full: for a payment file, and for who may see it. CannotOpen when its key is not here."""
    return key_ring().open(account.account_no, place=account_place(account.merchant_id)).decode()


def account_place(merchant_id: int) -> str:
    """What a number is sealed for: it opens in no other merchant's row."""
    return f"merchants_bankaccount.account_no:{merchant_id}"


def staff_of(operator_id: int | None) -> MerchantStaff | None:
    """As whose staff the operator acts now; None for the centre's own people and the system."""
    acting = MerchantStaff.objects.select_related("merchant").filter(until=None)
    return None if operator_id is None else acting.filter(operator_id=operator_id).first()
