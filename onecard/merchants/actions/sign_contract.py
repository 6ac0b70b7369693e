"""签订合同: keep what was agreed with a merchant: period, stalls, fee, settlement cycle (clause M4.2)."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants import rules
from onecard.merchants.models import Contract, Merchant, Rate
from onecard.merchants.types import CONTRACT_WORDS, ContractOutcome, Cycle, RateLine


@approved(
    "merchants.sign_contract",
    title=_("Enter a merchant's contract"),
    words={
        "number": _("contract number"),
        "begins_on": _("begins on"),
        "ends_on": _("ends on"),
        "stalls": _("stalls"),
        "cycle": _("settlement cycle"),
        "fee_rate_bp": _("fee rate in basis points"),
        "minimum_fee_fen": _("minimum fee"),
        **CONTRACT_WORDS,
    },
)
def sign_contract(
    actor: Actor,
    code: str,
    *,
    number: str,
    begins_on: str,
    ends_on: str | None = None,
    stalls: str = "",
    cycle: str = Cycle.MONTH,
    fee_rate_bp: int,
    minimum_fee_fen: int = 0,
) -> ContractOutcome:
    """Keep the contract with its first rate, which holds from its first day (ISO dates). Merchant.DoesNotExist when unknown.

    The fee is per settlement period: basis points of the net sales, at least the minimum. It may begin in the past, but not
    in what is settled already.
    """
    merchant = Merchant.objects.select_for_update().get(code=code)
    begin, end = date.fromisoformat(begins_on), date.fromisoformat(ends_on) if ends_on else None
    same = Contract.objects.filter(merchant=merchant, number=number, begins_on=begin, ends_on=end)
    if same.exists():
        return ContractOutcome.REPEATED
    rate = RateLine(begin, fee_rate_bp, minimum_fee_fen)
    if not number.strip() or cycle not in Cycle.values or Contract.objects.filter(number=number).exists():
        return ContractOutcome.REFUSED_TERMS
    if end is not None and end < begin:
        return ContractOutcome.REFUSED_DATES
    outcome = rules.judge_rate(rate, begins_on=begin, ends_on=end, settled_through=merchant.settled_through)
    if outcome is ContractOutcome.DONE and overlapping(merchant.pk, begin, end).exists():
        outcome = ContractOutcome.REFUSED_OVERLAPS
    if outcome is ContractOutcome.DONE:
        _keep(Contract(merchant=merchant, number=number, begins_on=begin, ends_on=end, stalls=stalls, cycle=cycle), rate, actor)
    return outcome


def overlapping(merchant_id: int, begin: date, end: date | None) -> QuerySet[Contract]:
    """The merchant's contracts that cover some of these days."""
    begun = Q() if end is None else Q(begins_on__lte=end)
    return Contract.objects.filter(begun, Q(ends_on=None) | Q(ends_on__gte=begin), merchant_id=merchant_id)


def _keep(contract: Contract, rate: RateLine, actor: Actor) -> None:
    contract.signed_by, contract.signed_at = actor.name, clock.now()
    contract.save()
    keep_rate(contract, rate, actor=actor)


def keep_rate(contract: Contract, rate: RateLine, *, actor: Actor) -> None:
    """Add the rate to the contract."""
    Rate.objects.create(
        contract=contract,
        from_day=rate.from_day,
        fee_rate_bp=rate.fee_rate_bp,
        minimum_fee_fen=rate.minimum_fee_fen,
        set_by=actor.name,
        set_at=clock.now(),
    )
