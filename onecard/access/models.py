"""Operators (操作员), the posts they hold, and what they propose to each other (申请)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.access.posts import permissions_of
from onecard.access.types import Post, ProposalState
from onecard.kernel import clock


class Operators(BaseUserManager["Operator"]):
    """Finds operators by name; they are made by `actions/create_operator.py`."""


class Operator(AbstractBaseUser):
    """A personal account: one person, one password. What it may do follows from the posts held now, nothing else."""

    username = models.CharField(_("operator number"), max_length=40, unique=True)
    full_name = models.CharField(_("name"), max_length=80)
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change password"), default=False)
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), db_default=Now())

    objects = Operators()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("operator")
        verbose_name_plural = _("operators")

    def __str__(self) -> str:
        return f"{self.username} {self.full_name}".strip()

    def get_full_name(self) -> str:
        """The name, for the page head."""
        return self.full_name or self.username

    get_short_name = get_full_name

    def posts(self) -> set[Post]:
        """The posts held now."""
        held = self.assignments.filter(until=None).values_list("post", flat=True)
        return {Post(post) for post in held}

    def permissions(self) -> frozenset[str]:
        """All permissions of the posts held now; read once per request (the instance keeps them)."""
        if not hasattr(self, "_permissions"):
            self._permissions = permissions_of(self.posts()) if self.is_active else frozenset()
        return self._permissions

    @property
    def is_staff(self) -> bool:
        """Whether the staff pages open: every active operator with a post other than merchant."""
        return self.is_active and bool(self.posts() - {Post.MERCHANT})

    @property
    def is_superuser(self) -> bool:
        """Nobody is: there is no account that may do everything."""
        return False

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's question, answered from the posts."""
        return perm in self.permissions()

    def has_perms(self, perm_list: Iterable[str], obj: object = None) -> bool:
        """Whether all of them are held."""
        return all(self.has_perm(perm) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether anything of the room is permitted."""
        return any(permission.startswith(f"{app_label}.") for permission in self.permissions())


class PostAssignment(models.Model):
    """任岗: an operator holds a post from `since` until `until`."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="assignments", verbose_name=_("operator"))
    post = models.CharField(_("post"), max_length=32, choices=Post)
    since = models.DateTimeField(_("since"), db_default=Now())
    until = models.DateTimeField(_("until"), null=True, blank=True)
    assigned_by = models.CharField(_("assigned by"), max_length=150)

    class Meta:
        verbose_name = _("post assignment")
        verbose_name_plural = _("post assignments")
        constraints = [
            models.UniqueConstraint(fields=["operator", "post"], condition=Q(until=None), name="post_is_held_once_at_a_time"),
            models.UniqueConstraint(
                fields=["operator"],
                condition=Q(until=None, post__in=("system_administrator", "security_administrator", "auditor")),
                name="administrators_exclude_one_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.post}"


class Proposal(models.Model):
    """申请: a sensitive action that one person proposes and another approves; its content never changes, it is decided once.

    `payload` holds the action's keyword arguments, `payload_digest` covers action, subject and payload (rules.content_digest).
    `outcome` is what the action returned when it ran.
    """

    action = models.CharField(_("action"), max_length=80)
    subject = models.CharField(_("about"), max_length=200)
    payload = models.JSONField(_("content"))
    payload_digest = models.BinaryField(_("digest of the content"))
    reason = models.CharField(_("reason"), max_length=200)
    proposed_by = models.ForeignKey(Operator, models.PROTECT, related_name="proposals", verbose_name=_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"))
    expires_at = models.DateTimeField(_("expires at"))
    state = models.CharField(_("state"), max_length=9, choices=ProposalState, default=ProposalState.PENDING)
    decided_by = models.ForeignKey(
        Operator, models.PROTECT, related_name="decisions", verbose_name=_("decided by"), null=True, blank=True
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        indexes = [models.Index(fields=["action"], condition=Q(state="pending"), name="access_proposal_pending")]
        constraints = [
            models.UniqueConstraint(fields=["payload_digest"], condition=Q(state="pending"), name="same_proposal_waits_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="proposal_has_a_reason"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("proposed_at")), name="proposal_expires_after_it_was_made"),
            models.CheckConstraint(
                condition=Q(state="pending", decided_at=None, decided_by=None, note="", outcome="")
                | Q(state="expired", decided_at__isnull=False, decided_by=None)
                | Q(state__in=("approved", "rejected", "withdrawn"), decided_at__isnull=False, decided_by__isnull=False),
                name="decided_proposal_has_decider_and_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "rejected")) | ~Q(decided_by=F("proposed_by")),
                name="nobody_decides_the_own_proposal",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(decided_by=F("proposed_by")), name="only_the_proposer_withdraws"
            ),
            models.CheckConstraint(condition=~Q(state="rejected") | ~Q(note=""), name="rejection_says_why"),
            models.CheckConstraint(
                condition=Q(state="approved") & ~Q(outcome="") | ~Q(state="approved") & Q(outcome=""),
                name="approved_proposal_has_run",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    @property
    def shown_state(self) -> ProposalState:
        """The state now: a proposal that waited too long has expired, whether or not somebody noticed yet."""
        if self.state == ProposalState.PENDING and self.expires_at <= clock.now():
            return ProposalState.EXPIRED
        return ProposalState(self.state)

    def get_shown_state_display(self) -> str:
        """`shown_state` in words."""
        return str(self.shown_state.label)
