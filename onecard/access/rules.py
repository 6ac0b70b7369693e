"""Pure decisions of the room: who may decide on a proposal, who may log in, and how long a session lasts (DESIGN §6)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from onecard.access.types import Address, Limits, LogInOutcome, ProposalOutcome, ProposalState, SessionEnd

PROPOSAL_LIFETIME = timedelta(days=7)
"""A proposal that nobody decided on in this time is void."""


@dataclasses.dataclass(frozen=True, slots=True)
class ProposalFacts:
    """What a decision on a proposal needs to know. `is_intact`: the approver saw this content and the digest is its digest."""

    state: ProposalState = ProposalState.PENDING
    is_expired: bool = False
    is_own: bool = False
    is_intact: bool = True
    proposer_may: bool = True


def content_digest(*, action: str, subject: str, payload: Mapping[str, object]) -> bytes:
    """SHA-256 of the canonical JSON of what would run: action, subject and payload. TypeError for a value that JSON has not."""
    content = {"action": action, "subject": subject, "payload": dict(payload)}
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).digest()


def judge_approval(facts: ProposalFacts) -> ProposalOutcome:
    """Whether the proposal may be approved now; the first line that applies wins."""
    in_order = (
        (facts.state is ProposalState.APPROVED, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (facts.is_own, ProposalOutcome.REFUSED_OWN),
        (not facts.is_intact, ProposalOutcome.REFUSED_CHANGED),
        (not facts.proposer_may, ProposalOutcome.REFUSED_PROPOSER),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def judge_rejection(facts: ProposalFacts, *, note: str) -> ProposalOutcome:
    """Whether the proposal may be rejected now; a rejection says why."""
    in_order = (
        (not note.strip(), ProposalOutcome.REFUSED_NO_REASON),
        (facts.state is ProposalState.REJECTED, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (facts.is_own, ProposalOutcome.REFUSED_OWN),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def judge_withdrawal(facts: ProposalFacts) -> ProposalOutcome:
    """Whether the proposal may be withdrawn now: by who proposed it."""
    in_order = (
        (facts.state is ProposalState.WITHDRAWN, ProposalOutcome.REPEATED),
        *_not_open(facts),
        (not facts.is_own, ProposalOutcome.REFUSED_NOT_OWN),
    )
    return next((outcome for applies, outcome in in_order if applies), ProposalOutcome.DONE)


def _not_open(facts: ProposalFacts) -> tuple[tuple[bool, ProposalOutcome], ...]:
    is_over = facts.state is ProposalState.EXPIRED or (facts.state is ProposalState.PENDING and facts.is_expired)
    return (
        (is_over, ProposalOutcome.REFUSED_EXPIRED),
        (facts.state is not ProposalState.PENDING, ProposalOutcome.REFUSED_DECIDED),
    )


FREE_TRIES = 5
"""Wrong tries of one name from one address before waiting begins."""
LONGEST_WAIT = timedelta(hours=1)
FORGET_TRIES_AFTER = timedelta(hours=24)


def wait_after(failures: int) -> timedelta:
    """How long the next try has to wait: none up to four failures, then a minute that doubles with each, an hour at most."""
    if failures < FREE_TRIES:
        return timedelta()
    return min(timedelta(minutes=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)


def limits_refuse(limits: Limits, *, local: datetime, address: Address | None) -> LogInOutcome | None:
    """What forbids being logged in at this moment (on campus time) from this address; None when nothing does."""
    opened_on = _opened_on(limits, local)
    if limits.last_day is not None and local.date() > limits.last_day:
        return LogInOutcome.REFUSED_ENDED
    if opened_on is None or (limits.weekdays and opened_on.isoweekday() not in limits.weekdays):
        return LogInOutcome.REFUSED_HOURS
    if limits.networks and (address is None or not any(address in network for network in limits.networks)):
        return LogInOutcome.REFUSED_PLACE
    return None


def _opened_on(limits: Limits, local: datetime) -> date | None:
    """The day on which the hours began in which this moment lies: yesterday after midnight of a night; None outside the hours."""
    opens_at, closes_at, now = limits.opens_at, limits.closes_at, local.time()
    if opens_at is None or closes_at is None:
        return local.date()
    if opens_at < closes_at:
        return local.date() if opens_at <= now < closes_at else None
    if now < closes_at:
        return local.date() - timedelta(days=1)
    return local.date() if now >= opens_at else None


@dataclasses.dataclass(frozen=True, slots=True)
class LogInFacts:
    """What a log-in by name and password needs to know; `is_right`: the account exists, is active, and this is its password."""

    is_locked: bool = False
    is_right: bool = True
    has_post: bool = True
    is_one_time_over: bool = False
    limits: LogInOutcome | None = None
    has_factor: bool = False


def judge_log_in(facts: LogInFacts) -> LogInOutcome:
    """What to answer; the first line that applies wins. Nothing about an account is told before the right password."""
    in_order = (
        (facts.is_locked, LogInOutcome.REFUSED_LOCKED),
        (not facts.is_right, LogInOutcome.REFUSED_WRONG),
        (not facts.has_post, LogInOutcome.REFUSED_NO_POST),
        (facts.is_one_time_over, LogInOutcome.REFUSED_ONE_TIME_OVER),
        (facts.limits is not None, facts.limits or LogInOutcome.REFUSED_HOURS),
        (facts.has_factor, LogInOutcome.NEEDS_FACTOR),
    )
    return next((outcome for applies, outcome in in_order if applies), LogInOutcome.DONE)


def is_counter_plausible(*, kept: int, said: int) -> bool:
    """Whether a security key counted on since it was used last; one that counts backwards was copied. Some never count: 0."""
    return said > kept or said == kept == 0


@dataclasses.dataclass(frozen=True, slots=True)
class SessionTimes:
    """How long a session may last: without anything done, and altogether."""

    idle: timedelta
    longest: timedelta


def session_ends(
    *, started_at: datetime, last_seen_at: datetime, now: datetime, times: SessionTimes, limits: LogInOutcome | None = None
) -> SessionEnd | None:
    """Why the session is over now; None while it goes on."""
    if now - started_at >= times.longest:
        return SessionEnd.TOO_LONG
    if now - last_seen_at >= times.idle:
        return SessionEnd.IDLE
    return SessionEnd.LIMITED if limits is not None else None
