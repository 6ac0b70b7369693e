"""Give an operator posts and take others back (clause Y07, Y09, R15)."""

from __future__ import annotations

from collections.abc import Collection

from onecard.access.action import action
from onecard.access.models import Operator, PostAssignment
from onecard.access.sessions import end_sessions
from onecard.access.types import PRIVILEGED_POSTS, SEPARATED_POSTS, AccessOutcome, Actor, Post, SessionEnd
from onecard.kernel import clock


@action("access.assign_posts")
def assign_posts(actor: Actor, username: str, *, posts: Collection[Post]) -> AccessOutcome:
    """Let the operator hold exactly these posts from now on; sessions end at once. Operator.DoesNotExist for an unknown name.

    Refused on oneself, when two of system administrator, security administrator and auditor would meet in one person, and when an
    operator gives a privileged post, which needs a second person (appoint_operator); taking one back needs none.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    if len(SEPARATED_POSTS.intersection(posts)) > 1:
        return AccessOutcome.REFUSED_POSTS_EXCLUDE
    held, wanted = operator.posts(), set(posts)
    if not actor.may_all and not PRIVILEGED_POSTS.isdisjoint(wanted - held):
        return AccessOutcome.REFUSED_NEEDS_APPROVAL
    if held == wanted:
        return AccessOutcome.REPEATED
    change_posts(operator, gained=wanted - held, lost=held - wanted, by=actor.name)
    return AccessOutcome.DONE


def change_posts(operator: Operator, *, gained: Collection[Post], lost: Collection[Post] = (), by: str) -> None:
    """Write what the operator gains and loses; whoever is logged in logs in anew, with the new rights."""
    now = clock.now()
    operator.assignments.filter(until=None, post__in=lost).update(until=now)
    PostAssignment.objects.bulk_create(
        PostAssignment(operator=operator, post=post, since=now, assigned_by=by) for post in sorted(gained)
    )
    end_sessions(operator, because=SessionEnd.POSTS_CHANGED)
