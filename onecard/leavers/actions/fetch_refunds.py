"""取退款文件: whom the bank pays how much into which account; the audit log says who took it (clause S7.3)."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.site_files import SiteFile, site_file
from onecard.leavers.layout import FIELDS, SETTING, Refund
from onecard.leavers.models import Leaver, RefundFile
from onecard.people.queries import account_numbers


@action("leavers.fetch_refunds")
def fetch_refunds(actor: Actor, file_id: int) -> SiteFile:
    """A line a person, always the same lines, whatever became of the refunds since. RefundFile.DoesNotExist for an unknown file.

    SettingProblem when the site's layout is wrong.
    """
    file = RefundFile.objects.get(pk=file_id)
    leavers = list(Leaver.objects.select_related("person", "account", "batch").filter(file=file).order_by("pk"))
    numbers = account_numbers(one.account for one in leavers if one.account)
    refunds = [Refund(one, one.account, numbers[one.account.pk]) for one in leavers if one.account]
    return site_file(SETTING, refunds, fields=FIELDS)
