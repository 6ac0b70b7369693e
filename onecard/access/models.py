"""Operators (操作员) and the posts they hold."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from onecard.access.posts import permissions_of
from onecard.access.types import Post


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
