"""Typed reads of the room."""

from __future__ import annotations

from django.db.models import Count, Sum

from onecard.kernel import sql
from onecard.leavers.models import Leaver
from onecard.leavers.types import Collection


def collections_of(batch_id: int) -> list[Collection]:
    """The terminals that took money from these leavers' purses, those with missing numbers first."""
    rows = sql.call(sql.text_of("leavers", "queries/collections"), {"batch_id": batch_id})
    return [Collection(*row) for row in rows]


def totals_of(batch_id: int) -> list[tuple[int, int, int]]:
    """(state, people, refunds in fen) of the batch, in the order of states."""
    lines = Leaver.objects.filter(batch_id=batch_id).values_list("state").order_by("state")
    return list(lines.annotate(people=Count("pk"), refunds=Sum("refund_fen")))
