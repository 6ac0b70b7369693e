"""取付款文件: the payments of a file with account numbers in full, for finance; the audit log says who took it."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel import env
from onecard.settlement.layout import read_layout, rows_of
from onecard.settlement.models import Payment, PaymentFile
from onecard.settlement.types import Fetched, StatementOutcome


@action("settlement.fetch_payment_file")
def fetch_payment_file(actor: Actor, file_id: int) -> Fetched:
    """Headings and rows in the site's layout (SettingProblem when that is wrong). PaymentFile.DoesNotExist: unknown."""
    file = PaymentFile.objects.get(pk=file_id)
    layout = read_layout(env.text("ONECARD_PAYMENT_LAYOUT"))
    payments = list(Payment.objects.select_related("statement__merchant", "account").filter(file=file).order_by("pk"))
    return Fetched(StatementOutcome.DONE, [heading for heading, _field in layout], rows_of(payments, layout))
