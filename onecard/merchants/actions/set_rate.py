"""变更费率: another fee from a day on; what was before stays (clause M4.2)."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.merchants import rules
from onecard.merchants.actions.sign_contract import keep_rate
from onecard.merchants.models import Contract, Merchant, Rate
from onecard.merchants.types import CONTRACT_WORDS, ContractOutcome, RateLine


@approved(
    "merchants.set_rate",
    title=_("Change a merchant's fee rate"),
    words={
        "from_day": _("from"),
        "fee_rate_bp": _("fee rate in basis points"),
        "minimum_fee_fen": _("minimum fee"),
        **CONTRACT_WORDS,
    },
    read_subject=int,
    about="merchants.contract",
)
def set_rate(actor: Actor, contract_id: int, *, from_day: str, fee_rate_bp: int, minimum_fee_fen: int = 0) -> ContractOutcome:
    """Let the contract have this rate for what occurs from that day (ISO) on. Contract.DoesNotExist for an unknown contract.

    Refused for a day that is settled already or lies outside the contract, and when the contract has a rate from that very day.
    """
    contract = Contract.objects.get(pk=contract_id)
    merchant = Merchant.objects.select_for_update().get(pk=contract.merchant_id)
    rate = RateLine(date.fromisoformat(from_day), fee_rate_bp, minimum_fee_fen)
    there = Rate.objects.filter(contract=contract, from_day=rate.from_day).first()
    if there is not None:
        is_same = (there.fee_rate_bp, there.minimum_fee_fen) == (fee_rate_bp, minimum_fee_fen)
        return ContractOutcome.REPEATED if is_same else ContractOutcome.REFUSED_OVERLAPS
    outcome = rules.judge_rate(
        rate, begins_on=contract.begins_on, ends_on=contract.ends_on, settled_through=merchant.settled_through
    )
    if outcome is ContractOutcome.DONE:
        keep_rate(contract, rate, actor=actor)
    return outcome
