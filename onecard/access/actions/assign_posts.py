"""Give an operator posts and take others back (clause Y07, Y09, R15)."""

from __future__ import annotations

from collections.abc import Collection

from onecard.access.action import action
from onecard.access.models import Operator, PostAssignment
from onecard.access.types import SEPARATED_POSTS, AccessOutcome, Actor, Post
from onecard.kernel import clock


@action("access.assign_posts")
def assign_posts(actor: Actor, username: str, *, posts: Collection[Post]) -> AccessOutcome:
    """Let the operator hold exactly these posts from now on. Operator.DoesNotExist for an unknown name.

    Refused on oneself, and when two of system administrator, security administrator and auditor would meet in one person.
    """
    operator = Operator.objects.select_for_update().get(username=username)
    if operator.pk == actor.operator_id:
        return AccessOutcome.REFUSED_SELF
    if len(SEPARATED_POSTS.intersection(posts)) > 1:
        return AccessOutcome.REFUSED_POSTS_EXCLUDE
    held, wanted = operator.posts(), set(posts)
    if held == wanted:
        return AccessOutcome.REPEATED
    operator.assignments.filter(until=None, post__in=held - wanted).update(until=clock.now())
    PostAssignment.objects.bulk_create(
        PostAssignment(operator=operator, post=post, since=clock.now(), assigned_by=actor.name) for post in sorted(wanted - held)
    )
    return AccessOutcome.DONE
