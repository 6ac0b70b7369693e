"""指定商户人员: an operator acts for a merchant; the centre names the head, the head invites the others."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.models import Operator
from onecard.access.types import Actor, Post
from onecard.kernel import clock
from onecard.merchants.models import Merchant, MerchantStaff
from onecard.merchants.types import StaffOutcome


@action("merchants.name_staff")
def name_staff(actor: Actor, username: str, *, code: str, is_head: bool) -> StaffOutcome:
    """Let the operator, who holds the post merchant and no other, act for the merchant. Merchant.DoesNotExist when unknown.

    Refused for an unknown or closed account, for who holds another post (the centre's people settle no merchant of their own),
    and for who acts for another merchant.
    """
    merchant = Merchant.objects.get(code=code)
    operator = Operator.objects.select_for_update().filter(username=username, is_active=True).first()
    if operator is None or operator.posts() != {Post.MERCHANT}:
        return StaffOutcome.REFUSED_POST
    acting = MerchantStaff.objects.filter(operator=operator, until=None).first()
    if acting is not None:
        is_same = (acting.merchant_id, acting.is_head) == (merchant.pk, is_head)
        return StaffOutcome.REPEATED if is_same else StaffOutcome.REFUSED_ACTS_ALREADY
    keep_staff(actor, merchant, operator=operator, is_head=is_head)
    return StaffOutcome.DONE


def keep_staff(actor: Actor, merchant: Merchant, *, operator: Operator, is_head: bool) -> None:
    """From now on the operator acts for the merchant."""
    MerchantStaff.objects.create(merchant=merchant, operator=operator, is_head=is_head, since=clock.now(), named_by=actor.name)
