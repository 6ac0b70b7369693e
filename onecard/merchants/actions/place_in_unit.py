"""Say which income unit (收入单位) a merchant's takings belong to."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.merchants.models import IncomeUnit, Merchant
from onecard.merchants.types import MerchantOutcome


@action("merchants.place_in_unit")
def place_in_unit(actor: Actor, code: str, *, unit: str) -> MerchantOutcome:
    """From now on the merchant is of the unit with this code. DoesNotExist for an unknown merchant or unit."""
    merchant, wanted = Merchant.objects.select_for_update().get(code=code), IncomeUnit.objects.get(code=unit)
    if merchant.income_unit_id == wanted.pk:
        return MerchantOutcome.REPEATED
    merchant.income_unit = wanted
    merchant.save(update_fields=["income_unit"])
    return MerchantOutcome.DONE
