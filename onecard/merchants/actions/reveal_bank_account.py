"""Show a merchant's account number in full; the audit log says who looked (DESIGN §6)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.merchants.models import BankAccount
from onecard.merchants.queries import account_number
from onecard.merchants.types import ContractOutcome, Revealed


@action("merchants.reveal_bank_account")
def reveal_bank_account(actor: Actor, account_id: int, *, reason: str) -> Revealed:
    """The account's number. BankAccount.DoesNotExist for an unknown one; refused without a reason."""
    if not reason.strip():
        return Revealed(ContractOutcome.REFUSED_NO_REASON)
    return Revealed(ContractOutcome.DONE, account_number(BankAccount.objects.get(pk=account_id)))
