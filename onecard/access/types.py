"""Words of the room: who acts, and what an action is."""

from __future__ import annotations

import dataclasses
import enum
import uuid
from contextvars import ContextVar
from datetime import date, datetime, time
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TYPE_CHECKING, Self

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from onecard.access.models import Operator


class Post(models.TextChoices):
    """岗位 (DESIGN §6). The first three exclude one another."""

    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")
    CARD_CLERK = "card_clerk", _("Card clerk")
    SETTLEMENT_CLERK = "settlement_clerk", _("Settlement clerk")
    FINANCE = "finance", _("Finance")
    ROOM_OPERATOR = "room_operator", _("Machine-room operator")
    NETWORK_ADMINISTRATOR = "network_administrator", _("Network administrator")
    NETWORK_SERVICE_CLERK = "network_service_clerk", _("Network service clerk")
    DIRECTOR = "director", _("Director")
    MERCHANT = "merchant", _("Merchant")


SEPARATED_POSTS = frozenset({Post.SYSTEM_ADMINISTRATOR, Post.SECURITY_ADMINISTRATOR, Post.AUDITOR})
"""三员分立: nobody holds two of these."""


PRIVILEGED_POSTS = SEPARATED_POSTS | {Post.NETWORK_ADMINISTRATOR, Post.DIRECTOR, Post.FINANCE}
"""Who administers or approves: needs a second factor, a colleague's approval to be appointed, and is logged out sooner."""

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

request_id_now: ContextVar[str] = ContextVar("onecard_request_id", default="")
"""The id of the request that is being answered (middleware.py), so that all its audit events carry the same one."""


class NotPermitted(PermissionDenied):
    """The actor's posts do not include the action; the attempt is in the audit log."""


class AccessOutcome(enum.Enum):
    """What became of an action on an operator."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NAME_TAKEN = "name taken"
    REFUSED_POSTS_EXCLUDE = "posts exclude one another"
    REFUSED_WRONG_PASSWORD = "wrong password"
    REFUSED_TOO_SOON = "changed too short ago"
    REFUSED_WEAK_PASSWORD = "weak password"
    REFUSED_USED_PASSWORD = "used before"
    REFUSED_SELF = "not on oneself"
    REFUSED_NEEDS_APPROVAL = "a privileged post needs a second person"
    REFUSED_INACTIVE = "not active"
    REFUSED_WRONG_CODE = "wrong code"
    REFUSED_FACTOR_NEEDED = "the posts need a second factor"
    REFUSED_NO_FACTOR = "no second factor"
    REFUSED_TOO_MANY_KEYS = "has as many keys as allowed"
    REFUSED_WRONG_KEY = "the key's answer is wrong"
    REFUSED_SHUTS_OUT_SELF = "would shut out who sets it"


class LogInOutcome(enum.Enum):
    """What became of a try to log in. Refusals in order of precedence: all but the first two come after the right password."""

    DONE = "done"
    NEEDS_FACTOR = "the second factor is asked"
    REFUSED_LOCKED = "too many tries, wait"
    REFUSED_WRONG = "wrong name, password or code"
    REFUSED_NO_POST = "no post"
    REFUSED_ONE_TIME_OVER = "the one-time password has expired"
    REFUSED_ENDED = "the account's last day is over"
    REFUSED_HOURS = "not at this time"
    REFUSED_PLACE = "not from this address"


class SessionEnd(models.TextChoices):
    """Why a session ended."""

    LOGGED_OUT = "logged_out", _("Logged out")
    ENDED_BY_SELF = "ended_by_self", _("Ended from another session")
    ENDED_BY_OTHER = "ended_by_other", _("Ended by an administrator")
    DEACTIVATED = "deactivated", _("Account closed")
    POSTS_CHANGED = "posts_changed", _("Posts changed")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    FACTOR_CHANGED = "factor_changed", _("Second factor changed")
    TOO_LONG = "too_long", _("Longest time is over")
    IDLE = "idle", _("Nothing done for too long")
    LIMITED = "limited", _("Outside the permitted time or place")


@dataclasses.dataclass(frozen=True, slots=True)
class Limits:
    """When and from where somebody may be logged in; what is empty does not limit. Times and days are the campus's.

    `weekdays` are ISO numbers, 1 is Monday; `closes_at` may be past midnight: the night then belongs to the day before.
    """

    weekdays: frozenset[int] = frozenset()
    opens_at: time | None = None
    closes_at: time | None = None
    networks: tuple[Network, ...] = ()
    last_day: date | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class LogInAnswer:
    """What to tell who tries to log in. `operator_id` is known once the password was right; `until` ends the wait."""

    outcome: LogInOutcome
    operator_id: int | None = None
    until: datetime | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class OneTimePassword:
    """A password in clear, told once to who hands it over; it must be changed at the first log-in."""

    outcome: AccessOutcome
    password: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class NewCodes:
    """Recovery codes in clear, shown once to their owner."""

    outcome: AccessOutcome
    codes: tuple[str, ...] = ()


class ProposalState(models.TextChoices):
    """A proposal waits, then one thing becomes of it for good."""

    PENDING = "pending", _("Waits for approval")
    APPROVED = "approved", _("Approved by a colleague")
    REJECTED = "rejected", _("Rejected")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class ProposalOutcome(enum.Enum):
    """What became of a step with a proposal. Refusals stand in order of precedence: the first that applies is the answer."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NO_REASON = "no reason given"
    REFUSED_DECIDED = "decided already"
    REFUSED_EXPIRED = "expired"
    REFUSED_OWN = "own proposal"
    REFUSED_NOT_OWN = "somebody else's proposal"
    REFUSED_CHANGED = "not the content that was shown"
    REFUSED_PROPOSER = "the proposer may no longer do it"
    REFUSED_BY_ACTION = "the action refused"


@dataclasses.dataclass(frozen=True, slots=True)
class Decision:
    """What became of an approval, and what the action returned when it ran (empty when it did not)."""

    outcome: ProposalOutcome
    ran: str = ""


@dataclasses.dataclass(frozen=True, slots=True)
class Approval:
    """Leave to run one action once, with the content of this digest (rules.content_digest); made by approve_proposal alone."""

    proposal_id: int
    digest: bytes
    approver_id: int | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an operator with the permissions of their posts, or the system itself (`may_all`)."""

    operator_id: int | None
    name: str
    permissions: frozenset[str]
    request_id: str = ""
    may_all: bool = False
    approval: Approval | None = None

    def may(self, permission: str) -> bool:
        """Whether the actor holds the permission (`room.action`)."""
        return self.may_all or permission in self.permissions

    @property
    def person_id(self) -> int:
        """The operator's id, for what only a person does; ValueError for the system."""
        if self.operator_id is None:
            raise ValueError(f"a person does this, not {self.name}")
        return self.operator_id

    @classmethod
    def system(cls, name: str) -> Self:
        """A job or command of the centre itself; it may do everything and is named in the audit log."""
        return cls(operator_id=None, name=name, permissions=frozenset(), request_id=uuid.uuid4().hex, may_all=True)

    def is_cleared_for(self, digest: bytes) -> bool:
        """Whether the actor runs an approved proposal of exactly this content."""
        return self.approval is not None and self.approval.digest == digest

    @classmethod
    def of(cls, operator: Operator, *, request_id: str = "") -> Self:
        """The operator with the permissions that the posts held now give."""
        return cls(
            operator_id=operator.pk,
            name=operator.username,
            permissions=operator.permissions(),
            request_id=request_id or request_id_now.get() or uuid.uuid4().hex,
        )
