"""Tables of the room: who gets which report by mail, and what was sent."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

BOARDS = [
    ("centre", _("The centre")),
    ("settlement", _("Settlement")),
    ("finance", _("Finance")),
    ("director", _("Director")),
]


class Cadence(models.TextChoices):
    """How often: after each closed business day, each week from Monday to Sunday, each closed month."""

    DAILY = "daily", _("Each business day")
    WEEKLY = "weekly", _("Each week")
    MONTHLY = "monthly", _("Each month")


class Subscription(models.Model):
    """报表订阅: a board's tables by mail, to one address, until it is ended."""

    board = models.CharField(_("board"), max_length=16, choices=BOARDS)
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence)
    address = models.EmailField(_("mail address"), max_length=200)
    language = models.CharField(_("language"), max_length=8, default="zh-hans")
    begun_at = models.DateTimeField(_("begun at"))
    begun_by = models.CharField(_("begun by"), max_length=150)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["board", "cadence", "address"], condition=Q(ended_at=None), name="address_gets_a_report_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.address}"


class Sending(models.Model):
    """发送记录: a try to send a subscription's report of some days; one that failed is tried again."""

    subscription = models.ForeignKey(
        Subscription, models.PROTECT, related_name="sendings", verbose_name=_("subscription"), db_index=False
    )
    since = models.DateField(_("from"))
    until = models.DateField(_("to"))
    tried_at = models.DateTimeField(_("tried at"))
    is_sent = models.BooleanField(_("sent"))
    problem = models.CharField(_("problem"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("sending")
        verbose_name_plural = _("sendings")
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "since", "until"], condition=Q(is_sent=True), name="report_is_sent_once"
            ),
            models.CheckConstraint(condition=Q(is_sent=True, problem="") | Q(is_sent=False), name="failed_sending_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.until}"
