"""Feeds (外发): who is told what of people, what was delivered and acknowledged, and what each consumer has been told so far."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from onecard.feeds.types import FeedField
from onecard.people.types import PersonKind


class Consumer(models.Model):
    """外发对象: a door, library or canteen system, the fields that it needs and the kinds of people that it is about."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=80)
    fields = ArrayField(models.CharField(max_length=16, choices=FeedField), verbose_name=_("fields"), default=list)
    kinds = ArrayField(models.CharField(max_length=16, choices=PersonKind), verbose_name=_("people"), default=list)
    token_digest = models.BinaryField(_("digest of the token"), null=True)
    delivered_no = models.IntegerField(_("delivered"), default=0)
    acknowledged_no = models.IntegerField(_("acknowledged"), default=0)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(acknowledged_no__lte=models.F("delivered_no")), name="feed_acknowledges_what_was_delivered"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Delivery(models.Model):
    """外发批次: what changed since a number, under the next one; what the consumer says it holds once it has taken it in."""

    consumer = models.ForeignKey(Consumer, models.PROTECT, related_name="deliveries", verbose_name=_("feed"))
    number = models.IntegerField(_("number"))
    since = models.IntegerField(_("since number"))
    kept = models.IntegerField(_("rows"))
    removed = models.IntegerField(_("removed"))
    total = models.IntegerField(_("in all"))
    made_by = models.CharField(_("made by"), max_length=200)
    made_at = models.DateTimeField(_("made at"))
    held = models.IntegerField(_("held there"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)

    class Meta:
        verbose_name = _("feed delivery")
        verbose_name_plural = _("feed deliveries")
        constraints = [models.UniqueConstraint(fields=["consumer", "number"], name="feed_delivery_is_numbered_once")]

    def __str__(self) -> str:
        return f"{self.consumer_id}/{self.number}"


class Entry(models.Model):
    """What a consumer was last told of a person's number, and in which delivery; no content: that it is to be removed."""

    consumer = models.ForeignKey(Consumer, models.PROTECT, related_name="entries", verbose_name=_("feed"), db_index=False)
    person_no = models.CharField(_("person's number"), max_length=32)
    content = models.JSONField(_("content"), null=True)
    number = models.IntegerField(_("number"))

    class Meta:
        verbose_name = _("feed entry")
        verbose_name_plural = _("feed entries")
        constraints = [models.UniqueConstraint(fields=["consumer", "person_no"], name="feed_entry_of_a_person")]
        indexes = [models.Index(fields=["consumer", "number"], name="feeds_entry_number")]

    def __str__(self) -> str:
        return f"{self.consumer_id} {self.person_no}"
