"""启用收款账户: from now on the merchant is paid into this account, as two people agreed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.merchants.models import BankAccount, Merchant
from onecard.merchants.types import CONTRACT_WORDS, ContractOutcome


@approved(
    "merchants.adopt_bank_account",
    title=_("Change where a merchant is paid"),
    words={"holder": _("account holder"), "bank": _("bank"), "ending": _("account number"), **CONTRACT_WORDS},
    read_subject=int,
    about="merchants.bankaccount",
)
def adopt_bank_account(actor: Actor, account_id: int, *, holder: str, bank: str, ending: str) -> ContractOutcome:
    """Pay the merchant into this entered account; the one before is replaced. The words are what was approved.

    BankAccount.DoesNotExist for an unknown one; refused when it is another than was approved, or a newer one was entered.
    """
    account = BankAccount.objects.get(pk=account_id)
    Merchant.objects.select_for_update().get(pk=account.merchant_id)
    account.refresh_from_db()
    if account.replaced_at is not None:
        return ContractOutcome.REFUSED_REPLACED
    if account.adopted_at is not None:
        return ContractOutcome.REPEATED
    if (account.holder, account.bank, account.ending) != (holder, bank, ending):
        return ContractOutcome.REFUSED_UNKNOWN
    now = clock.now()
    in_force = BankAccount.objects.filter(merchant_id=account.merchant_id, adopted_at__isnull=False, replaced_at=None)
    in_force.update(replaced_at=now)
    account.adopted_at = now
    account.save(update_fields=["adopted_at"])
    return ContractOutcome.DONE
