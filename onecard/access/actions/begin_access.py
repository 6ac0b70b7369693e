"""Create the three administrators of a new installation (DESIGN §6; clause R15)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from onecard.access import queries
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.passwords import one_time_password
from onecard.access.types import SEPARATED_POSTS, AccessOutcome, Actor, NotPermitted, Post


class AdministratorsRefused(Exception):
    """The administrators cannot be created; the message says why and what to do."""


@transaction.atomic
def begin_access(actor: Actor, *, persons: Mapping[Post, tuple[str, str]]) -> dict[str, str]:
    """Create them, (number, name) by post, all or none; their one-time passwords by number.

    The system alone may. AdministratorsRefused when a post is held already, they are not three persons, or a number is taken.
    """
    if not actor.may_all:
        raise NotPermitted("access.begin_access")
    numbers = {username for username, _name in persons.values()}
    held = sorted(SEPARATED_POSTS - set(queries.vacant_posts(SEPARATED_POSTS)))
    if held:
        raise AdministratorsRefused(
            f"held already: {', '.join(held)}. Operators are created on the pages; see `onecard operator rescue`."
        )
    if set(persons) != SEPARATED_POSTS or len(numbers) < len(SEPARATED_POSTS):
        raise AdministratorsRefused("system administrator, security administrator and auditor must be three persons")
    passwords = {username: one_time_password() for username in numbers}
    for post, (username, full_name) in persons.items():
        created = create_operator(actor, username, full_name=full_name, password=passwords[username])
        if created is not AccessOutcome.DONE:
            raise AdministratorsRefused(f"{username}: {created.value}")
        assign_posts(actor, username, posts={post})
    return passwords
