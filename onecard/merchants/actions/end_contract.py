"""终止合同: a contract's last day becomes known."""

from __future__ import annotations

from datetime import date

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.merchants.actions.sign_contract import overlapping
from onecard.merchants.models import Contract, Merchant
from onecard.merchants.types import ContractOutcome


@action("merchants.end_contract")
def end_contract(actor: Actor, contract_id: int, *, ends_on: date) -> ContractOutcome:
    """Let the contract end with that day. Contract.DoesNotExist for an unknown one.

    Refused for a day before it begins, and when another contract of the merchant would be overlapped. What is sold after the
    last contract's end is settled at its last rate: a terminal that still sells is moved or disabled, its money is not lost.
    """
    contract = Contract.objects.get(pk=contract_id)
    Merchant.objects.select_for_update().get(pk=contract.merchant_id)
    contract.refresh_from_db()
    if contract.ends_on == ends_on:
        return ContractOutcome.REPEATED
    if ends_on < contract.begins_on:
        return ContractOutcome.REFUSED_DATES
    if overlapping(contract.merchant_id, contract.begins_on, ends_on).exclude(pk=contract_id).exists():
        return ContractOutcome.REFUSED_OVERLAPS
    contract.ends_on = ends_on
    contract.save(update_fields=["ends_on"])
    return ContractOutcome.DONE
