"""Operators (操作员), the posts they hold, how they log in, and what they propose to each other (申请)."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from onecard.access.posts import permissions_of
from onecard.access.types import PRIVILEGED_POSTS, Post, ProposalState, SessionEnd
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
        return self._permissions if self.is_active else frozenset()

    @cached_property
    def _posts_of_the_request(self) -> set[Post]:
        return self.posts()

    @cached_property
    def _permissions(self) -> frozenset[str]:
        return permissions_of(self._posts_of_the_request)

    def is_privileged(self) -> bool:
        """Whether one of the posts held now administers or approves (PRIVILEGED_POSTS)."""
        return not self.posts().isdisjoint(PRIVILEGED_POSTS)

    @property
    def is_staff(self) -> bool:
        """Whether the staff pages open: every active operator with a post other than merchant."""
        return self.is_active and bool(self._posts_of_the_request - {Post.MERCHANT})

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


class PastPassword(models.Model):
    """A password that an operator chose, as its hash: the last ones are not taken again (clause R19)."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="past_passwords")
    hash = models.CharField(max_length=256)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.operator_id} {self.set_at}"


class LogInTries(models.Model):
    """锁定: wrong tries of one name from one address, and until when the next one waits; gone with a right one.

    The name is kept as a digest: it may be a password in the wrong field. Tries of the second factor count for the operator
    wherever they come from: their address is empty.
    """

    name_digest = models.BinaryField()
    address = models.GenericIPAddressField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_digest", "address"], nulls_distinct=False, name="tries_are_counted_by_name_and_address"
            )
        ]
        indexes = [models.Index(fields=["failed_at"], name="access_tries_age")]

    def __str__(self) -> str:
        return f"{self.failures} from {self.address}"


class Factor(models.Model):
    """第二因素: an authenticator app that an operator set up. Its secret is encrypted with a key outside the database.

    `used_step` is the last 30 seconds whose code was taken: none is taken twice.
    """

    operator = models.OneToOneField(Operator, models.PROTECT, related_name="factor")
    secret = models.BinaryField()
    used_step = models.BigIntegerField()
    set_up_at = models.DateTimeField(_("set up at"))
    last_used_at = models.DateTimeField(_("last used at"))

    def __str__(self) -> str:
        return f"{self.operator_id}"


class SecurityKey(models.Model):
    """安全密钥: a key (WebAuthn) beside the app. `counter` is what it counted last; 0: it does not count."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="security_keys")
    title = models.CharField(_("name of the key"), max_length=60)
    credential_id = models.BinaryField(unique=True)
    credential = models.BinaryField()
    counter = models.BigIntegerField()
    registered_at = models.DateTimeField(_("registered at"))
    last_used_at = models.DateTimeField(_("last used at"), null=True)

    def __str__(self) -> str:
        return self.title


class RecoveryCode(models.Model):
    """恢复码: takes the place of the authenticator app once, when that is not at hand. Encrypted like its secret."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="recovery_codes")
    secret = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.operator_id}"


class OperatorSession(models.Model):
    """登录会话: an operator is logged in from `started_at` until `ended_at` or a time-out, which shows with its next request."""

    operator = models.ForeignKey(Operator, models.PROTECT, related_name="sessions", verbose_name=_("operator"))
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    is_privileged = models.BooleanField()
    has_factor = models.BooleanField(_("with second factor"))
    started_at = models.DateTimeField(_("since"))
    last_seen_at = models.DateTimeField(_("last seen"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    ended_because = models.CharField(_("ended because"), max_length=16, choices=SessionEnd, blank=True)

    class Meta:
        indexes = [models.Index(fields=["operator", "started_at"], name="access_session_operator")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_because="") | Q(ended_at__isnull=False) & ~Q(ended_because=""),
                name="ended_session_says_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} {self.started_at}"


class Limit(models.Model):
    """登录限制: when and from where an operator, or everybody who holds a post, may be logged in (types.Limits; clause Y07)."""

    operator = models.OneToOneField(
        Operator, models.PROTECT, related_name="limit", null=True, blank=True, verbose_name=_("operator")
    )
    post = models.CharField(_("post"), max_length=32, choices=Post, null=True, unique=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    opens_at = models.TimeField(null=True)
    closes_at = models.TimeField(null=True)
    networks = ArrayField(models.CharField(max_length=43), default=list, blank=True)
    last_day = models.DateField(null=True)
    set_by = models.CharField(_("set by"), max_length=150)
    set_at = models.DateTimeField(_("set at"))

    class Meta:
        verbose_name = _("log-in limit")
        verbose_name_plural = _("log-in limits")
        constraints = [
            models.CheckConstraint(condition=Q(operator=None) ^ Q(post=None), name="limit_is_of_an_operator_or_a_post"),
            models.CheckConstraint(condition=Q(weekdays__contained_by=[1, 2, 3, 4, 5, 6, 7]), name="weekdays_are_iso_numbers"),
            models.CheckConstraint(
                condition=Q(opens_at=None, closes_at=None) | Q(opens_at__isnull=False, closes_at__isnull=False),
                name="hours_have_two_ends",
            ),
            models.CheckConstraint(condition=~Q(opens_at=F("closes_at")), name="hours_have_different_ends"),
        ]

    def __str__(self) -> str:
        return str(self.operator or Post(self.post or "").label)


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
