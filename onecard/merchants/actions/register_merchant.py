"""Register a merchant (clause N3-5: the canteens and shops that use the cards)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.ledger.actions.open_accounts import open_accounts
from onecard.ledger.types import Subject
from onecard.merchants.models import Merchant
from onecard.merchants.types import MerchantOutcome


@action("merchants.register_merchant")
def register_merchant(actor: Actor, code: str, *, name: str) -> MerchantOutcome:
    """Register the merchant with an empty payable account; refused when the code is taken."""
    if Merchant.objects.filter(code=code).exists():
        return MerchantOutcome.REFUSED_CODE_TAKEN
    [account_id] = open_accounts([(Subject.MERCHANT_PAYABLE, f"{code} {name}")])
    Merchant.objects.create(code=code, name=name, payable_account_id=account_id)
    return MerchantOutcome.DONE
