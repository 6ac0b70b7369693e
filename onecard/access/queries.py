"""Typed reads of the room."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from ipaddress import ip_network

from django.db.models import Q, QuerySet

from onecard.access.models import Limit, LogInTries, Operator, OperatorSession, PostAssignment, Proposal
from onecard.access.posts import APPROVE
from onecard.access.rules import FORGET_TRIES_AFTER, SessionTimes, limits_refuse
from onecard.access.types import Address, Limits, LogInOutcome, Post, ProposalState
from onecard.kernel import clock, env


def action_of(proposal_id: int) -> str:
    """The action that is proposed; Proposal.DoesNotExist for an unknown proposal."""
    return Proposal.objects.values_list("action", flat=True).get(pk=proposal_id)


def waiting_for(operator: Operator) -> QuerySet[Proposal]:
    """The proposals on which this operator may decide now: not expired, not the own ones."""
    decidable = [held.removesuffix(APPROVE) for held in operator.permissions() if held.endswith(APPROVE)]
    waiting = Proposal.objects.filter(action__in=decidable, state=ProposalState.PENDING, expires_at__gt=clock.now())
    return waiting.exclude(proposed_by=operator)


def proposals_waiting_for(operator: Operator) -> int:
    """How many they are."""
    return waiting_for(operator).count()


def limits_of(operator_id: int) -> list[Limit]:
    """The log-in limits that count for the operator: the own one and those of the posts held now."""
    posts = PostAssignment.objects.filter(operator_id=operator_id, until=None).values("post")
    return list(Limit.objects.filter(Q(operator_id=operator_id) | Q(post__in=posts)).order_by("pk"))


def read_limits(row: Limit) -> Limits:
    """The row as the rules take it."""
    networks = tuple(ip_network(text) for text in row.networks)
    return Limits(frozenset(row.weekdays), row.opens_at, row.closes_at, networks, row.last_day)


def limits_forbid(limits: Iterable[Limits], *, address: Address | None) -> LogInOutcome | None:
    """What one of the limits forbids now, from this address; None when all of them allow it."""
    local = clock.now().astimezone(clock.campus_zone())
    found = (limits_refuse(one, local=local, address=address) for one in limits)
    return next((refusal for refusal in found if refusal is not None), None)


def session_times(*, is_privileged: bool) -> SessionTimes:
    """The site's time-outs for a privileged operator or any other."""
    idle = "ONECARD_IDLE_MINUTES_PRIVILEGED" if is_privileged else "ONECARD_IDLE_MINUTES"
    return SessionTimes(
        idle=timedelta(minutes=env.integer(idle, least=1, most=1440)),
        longest=timedelta(hours=env.integer("ONECARD_SESSION_HOURS", least=1, most=168)),
    )


def open_sessions(operator_id: int) -> list[OperatorSession]:
    """The operator's sessions that go on now, the newest first; those that timed out without notice are not among them."""
    now = clock.now()
    alive = Q()
    for is_privileged in (True, False):
        times = session_times(is_privileged=is_privileged)
        started, seen = now - times.longest, now - times.idle
        alive |= Q(is_privileged=is_privileged, started_at__gt=started, last_seen_at__gt=seen)
    return list(OperatorSession.objects.filter(alive, operator_id=operator_id, ended_at=None).order_by("-started_at"))


def must_have_factor(*, is_privileged: bool) -> bool:
    """Whether the site asks such an operator for a second factor."""
    asked = env.text("ONECARD_SECOND_FACTOR")
    return asked == "all" or (asked == "privileged" and is_privileged)


def waits_until(name_digests: Iterable[bytes]) -> datetime | None:
    """Until when log-ins under one of these names (log_in.name_digest) wait, wherever that is longest; None: they don't."""
    now = clock.now()
    tries = LogInTries.objects.filter(
        name_digest__in=list(name_digests), locked_until__gt=now, failed_at__gt=now - FORGET_TRIES_AFTER
    )
    return tries.order_by("-locked_until").values_list("locked_until", flat=True).first()


def vacant_posts(posts: Iterable[Post]) -> list[Post]:
    """Those of the posts that no active operator holds (clause R15)."""
    return sorted(post for post in posts if not holders_of(post))


def holders_of(post: Post | None) -> set[int]:
    """The ids of the active operators who hold the post now."""
    held = PostAssignment.objects.filter(until=None, operator__is_active=True, post=post)
    return set(held.values_list("operator_id", flat=True))
