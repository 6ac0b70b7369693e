"""Appoint an operator to a privileged post: one person proposes, another approves (DESIGN §6; clause Y07, R15)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onecard.access.action import approved
from onecard.access.actions.assign_posts import change_posts
from onecard.access.models import Operator
from onecard.access.types import SEPARATED_POSTS, AccessOutcome, Actor, Post

WORDS = {
    "post": _("post"),
    "DONE": _("The operator holds the post from now on."),
    "REPEATED": _("The operator held the post already."),
    "REFUSED_SELF": _("Nobody takes part in an own appointment."),
    "REFUSED_INACTIVE": _("The account is closed."),
    "REFUSED_POSTS_EXCLUDE": _("System administrator, security administrator and auditor must be three persons."),
}


@approved("access.appoint_operator", title=_("Appoint to a privileged post"), words=WORDS)
def appoint_operator(actor: Actor, username: str, *, post: str) -> AccessOutcome:
    """Let the operator hold the post besides those held; sessions end at once. ValueError for a post that there is not.

    Refused when the operator is who proposes or approves, is closed, or would hold two of the posts that exclude one another.
    """
    operator, wanted = Operator.objects.select_for_update().get(username=username), Post(post)
    approver_id = actor.approval.approver_id if actor.approval else None
    if operator.pk in (actor.operator_id, approver_id):
        return AccessOutcome.REFUSED_SELF
    if not operator.is_active:
        return AccessOutcome.REFUSED_INACTIVE
    held = operator.posts()
    if wanted in held:
        return AccessOutcome.REPEATED
    if len(SEPARATED_POSTS & {*held, wanted}) > 1:
        return AccessOutcome.REFUSED_POSTS_EXCLUDE
    change_posts(operator, gained={wanted}, by=actor.name)
    return AccessOutcome.DONE
