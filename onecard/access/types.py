"""Words of the room: who acts, and what an action is."""

from __future__ import annotations

import dataclasses
import enum
import uuid
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


class NotPermitted(PermissionDenied):
    """The actor's posts do not include the action; the attempt is in the audit log."""


class AccessOutcome(enum.Enum):
    """What became of an action on an operator."""

    DONE = "done"
    REPEATED = "repeated"
    REFUSED_NAME_TAKEN = "name taken"
    REFUSED_POSTS_EXCLUDE = "posts exclude one another"
    REFUSED_WRONG_PASSWORD = "wrong password"
    REFUSED_WEAK_PASSWORD = "weak password"
    REFUSED_SELF = "not on oneself"


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
            request_id=request_id or uuid.uuid4().hex,
        )
