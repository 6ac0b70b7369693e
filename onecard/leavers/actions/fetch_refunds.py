"""取退款文件: whom finance pays how much of a batch, for its bank; the audit log says who took it (clause S7.3)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from onecard.access.action import action
from onecard.access.types import Actor
from onecard.kernel.csv_lines import csv_of
from onecard.kernel.money import plain_yuan
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.types import LeaverState

TO_PAY = (LeaverState.PAYABLE, LeaverState.PAID)


@action("leavers.fetch_refunds")
def fetch_refunds(actor: Actor, batch_id: int) -> bytes:
    """CSV (UTF-8 with a mark) of what is payable or paid, a line a person. LeaverBatch.DoesNotExist for an unknown batch."""
    batch = LeaverBatch.objects.get(pk=batch_id)
    leavers = Leaver.objects.select_related("person").filter(batch=batch, state__in=TO_PAY).order_by("pk")
    headings = (_("number"), _("person's number"), _("full name"), _("unit"), _("amount in yuan"))
    rows = ((one.pk, one.person.person_no, one.person.full_name, one.person.unit, plain_yuan(one.refund_fen)) for one in leavers)
    return csv_of(headings, rows)
