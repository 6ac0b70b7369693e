"""Register an income unit (收入单位), by which the month's takings are summed (clause S5)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.merchants.models import IncomeUnit
from onecard.merchants.types import MerchantOutcome


@action("merchants.register_income_unit")
def register_income_unit(actor: Actor, code: str, *, name: str) -> MerchantOutcome:
    """Register the unit; refused when the code is taken."""
    if IncomeUnit.objects.filter(code=code).exists():
        return MerchantOutcome.REFUSED_CODE_TAKEN
    IncomeUnit.objects.create(code=code, name=name)
    return MerchantOutcome.DONE
