"""邀请商户人员: a merchant's head gives a colleague a log-in of their own, for the merchant's pages alone."""

from __future__ import annotations

from onecard.access.action import action
from onecard.access.actions.assign_posts import change_posts
from onecard.access.actions.set_password import set_password
from onecard.access.models import Operator
from onecard.access.passwords import one_time_password
from onecard.access.types import Actor, Post
from onecard.merchants.actions.name_staff import keep_staff
from onecard.merchants.models import MerchantStaff
from onecard.merchants.queries import staff_of
from onecard.merchants.types import Invited, StaffOutcome

MOST_STAFF = 50
"""So many people act for one merchant at most."""


@action("merchants.invite_staff")
def invite_staff(actor: Actor, username: str, *, full_name: str) -> Invited:
    """Create the account with the post merchant and a one-time password, told this once.

    Refused to who is no merchant's head, when the number is taken, and above MOST_STAFF people.
    """
    head = staff_of(actor.operator_id)
    if head is None or not head.is_head:
        return Invited(StaffOutcome.REFUSED_NOT_HEAD)
    if Operator.objects.filter(username=username).exists():
        return Invited(StaffOutcome.REFUSED_NAME_TAKEN)
    if MerchantStaff.objects.filter(merchant_id=head.merchant_id, until=None).count() >= MOST_STAFF:
        return Invited(StaffOutcome.REFUSED_TOO_MANY)
    password, operator = one_time_password(), Operator(username=username, full_name=full_name)
    set_password(operator, password, is_one_time=True)
    change_posts(operator, gained=[Post.MERCHANT], by=actor.name)
    keep_staff(actor, head.merchant, operator=operator, is_head=False)
    return Invited(StaffOutcome.DONE, password)
