"""Policies (制度参数) as this campus adopted them, and the values that were set since (参数值), each from a date on."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AdoptedPolicy(models.Model):
    """A policy of the catalogue from the moment this campus has it; `initial` is in force until a value is set.

    It is the default of the release that brought the policy: a later release with another default changes nothing here.
    """

    name = models.CharField(_("policy"), max_length=80, primary_key=True)
    initial = models.JSONField(_("initial value"))
    adopted_at = models.DateTimeField(_("adopted at"))

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def __str__(self) -> str:
        return self.name


class PolicyValue(models.Model):
    """A value that was set: in force from `effective_from` until the next one begins. Only its withdrawal is ever written.

    Of two values from the same day on the one set later counts. `proposal` has maker and checker; there is none when the system
    itself set it.
    """

    policy = models.ForeignKey(AdoptedPolicy, models.PROTECT, related_name="values", verbose_name=_("policy"), db_index=False)
    value = models.JSONField(_("value"))
    effective_from = models.DateField(_("effective from"))
    reason = models.CharField(_("reason"), max_length=200)
    set_on = models.DateField(_("set on"))
    set_at = models.DateTimeField(_("set at"))
    set_by = models.CharField(_("set by"), max_length=310)
    proposal = models.OneToOneField(
        "access.Proposal", models.PROTECT, related_name="+", verbose_name=_("proposal"), null=True, blank=True
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=310, blank=True)
    withdrawal_reason = models.CharField(_("why it was withdrawn"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("policy value")
        verbose_name_plural = _("policy values")
        indexes = [models.Index(fields=["policy", "-effective_from", "-id"], name="policies_value_in_force")]
        constraints = [
            models.CheckConstraint(condition=Q(effective_from__gte=F("set_on")), name="value_never_begins_in_the_past"),
            models.CheckConstraint(condition=~Q(reason=""), name="value_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_by="", withdrawal_reason="")
                | (
                    Q(withdrawn_on__lt=F("effective_from"), withdrawn_on__gte=F("set_on"))
                    & ~Q(withdrawn_by="")
                    & ~Q(withdrawal_reason="")
                ),
                name="only_a_future_value_is_withdrawn",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.effective_from}"
