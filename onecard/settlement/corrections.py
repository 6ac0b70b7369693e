"""A sale that a merchant wants corrected: its transfer, and what stands against giving money back."""

from __future__ import annotations

from onecard.kernel import clock
from onecard.ledger import queries as ledger
from onecard.ledger.models import Transfer
from onecard.ledger.types import TransferKind
from onecard.merchants.models import Merchant
from onecard.policies import queries as policies
from onecard.purchases.models import Purchase
from onecard.purchases.types import PurchaseMode
from onecard.settlement.types import CorrectionOutcome
from onecard.terminals.types import SEQ_PER_BATCH


def sale_of(merchant: Merchant, transfer_id: int) -> Transfer | CorrectionOutcome:
    """The transfer of this sale of the merchant, or why it is none."""
    sale = ledger.sale_to(merchant.payable_account_id, transfer_id)
    if sale is not None:
        return sale
    is_a_sale = Transfer.objects.filter(pk=transfer_id, kind=TransferKind.PURCHASE).exists()
    return CorrectionOutcome.REFUSED_NOT_YOURS if is_a_sale else CorrectionOutcome.REFUSED_UNKNOWN


def is_reversed(sale: Transfer) -> bool:
    """Whether a transfer points back to the sale."""
    return Transfer.objects.filter(reverses_id=sale.pk).exists()


def may_still_be_reversed(sale: Transfer) -> bool:
    """Whether the terminal itself may still take the sale back: an online one, within the policy's hours."""
    batch_no, seq = divmod(sale.source_seq, SEQ_PER_BATCH)
    online = Purchase.objects.filter(terminal__source_id=sale.source_id, batch_no=batch_no, seq=seq, mode=PurchaseMode.ONLINE)
    is_young = clock.now() - sale.received_at <= policies.span("purchases.reversal_hours")
    return is_young and online.exists()
