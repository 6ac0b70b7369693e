"""登记收款账户: write down where a merchant wants to be paid; it serves once a second person has adopted it."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import clock
from onecard.kernel.bank_accounts import masked_account_no, plain_account_no
from onecard.kernel.secrets import key_ring
from onecard.merchants.models import BankAccount, Merchant
from onecard.merchants.queries import account_place
from onecard.merchants.types import ContractOutcome


@action("merchants.enter_bank_account")
def enter_bank_account(actor: Actor, code: str, *, holder: str, bank: str, account_no: str) -> ContractOutcome:
    """Keep the account, its number sealed; no money goes there yet. Merchant.DoesNotExist for an unknown code.

    Refused when holder or bank is empty or the number is none. An entry that waits for its approval is replaced by the new one.
    """
    merchant = Merchant.objects.select_for_update().get(code=code)
    try:
        number = plain_account_no(account_no)
    except ValueError:
        return ContractOutcome.REFUSED_TERMS
    if not (holder.strip() and bank.strip()):
        return ContractOutcome.REFUSED_TERMS
    now = clock.now()
    BankAccount.objects.filter(merchant=merchant, adopted_at=None, replaced_at=None).update(replaced_at=now)
    BankAccount.objects.create(
        merchant=merchant,
        holder=holder.strip(),
        bank=bank.strip(),
        account_no=key_ring().seal(number.encode(), place=account_place(merchant.pk)),
        ending=masked_account_no(number),
        entered_by=actor.name,
        entered_at=now,
    )
    return ContractOutcome.DONE
