"""取付款文件: the payments of a file with account numbers in full, for finance; the audit log says who took it."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.site_files import SiteFile, site_file
from onecard.settlement.layout import FIELDS, SETTING
from onecard.settlement.models import Payment, PaymentFile


@action("settlement.fetch_payment_file")
def fetch_payment_file(actor: Actor, file_id: int) -> SiteFile:
    """The file in the site's layout (SettingProblem when that is wrong). PaymentFile.DoesNotExist: unknown."""
    file = PaymentFile.objects.get(pk=file_id)
    payments = Payment.objects.select_related("statement__merchant", "account").filter(file=file).order_by("pk")
    return site_file(SETTING, payments, fields=FIELDS)
