"""停用商户人员: somebody acts for a merchant no more; by its head, or by the centre."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.assign_posts import change_posts
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.kernel import clock
from onecard.merchants.models import MerchantStaff
from onecard.merchants.queries import staff_of
from onecard.merchants.types import StaffOutcome


@action("merchants.disable_staff")
def disable_staff(actor: Actor, username: str) -> StaffOutcome:
    """Take the post merchant from them, which ends their sessions at once.

    Refused for who never acted for a merchant, and to a head for other merchants' people and itself. The centre (who may name
    staff) may for everybody.
    """
    operator = Operator.objects.select_for_update().filter(username=username).first()
    latest = None if operator is None else MerchantStaff.objects.filter(operator=operator).order_by("-pk").first()
    if operator is None or latest is None or not _may(actor, latest):
        return StaffOutcome.REFUSED_NOT_HEAD
    if latest.until is not None:
        return StaffOutcome.REPEATED
    latest.until = clock.now()
    latest.save(update_fields=["until"])
    change_posts(operator, gained=[], lost=[Post.MERCHANT], by=actor.name)
    return StaffOutcome.DONE


def _may(actor: Actor, other: MerchantStaff) -> bool:
    if actor.may("merchants.name_staff"):
        return True
    head = staff_of(actor.operator_id)
    return head is not None and head.is_head and head.merchant_id == other.merchant_id and head.operator_id != other.operator_id
