"""Tables of the room: seals, the public keys that signed them, and day reports as they were. All append-only."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SealKey(models.Model):
    """A public key that signs seals, kept for good. Its id is the start of its SHA-256 (seals.key_id)."""

    key_id = models.CharField(_("key id"), max_length=16, primary_key=True)
    public_key = models.BinaryField(_("public key"))
    registered_at = models.DateTimeField(_("registered at"), db_default=Now())

    class Meta:
        verbose_name = _("seal key")
        verbose_name_plural = _("seal keys")

    def __str__(self) -> str:
        return self.key_id


class DayReport(models.Model):
    """日结报表: the figures of a closed day exactly as they were, so that it prints the same again."""

    report_no = models.CharField(_("report number"), max_length=16, primary_key=True)
    business_date = models.DateField(_("business date"), unique=True)
    figures = models.JSONField(_("figures"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.CharField(_("made by"), max_length=150)

    class Meta:
        verbose_name = _("day report")
        verbose_name_plural = _("day reports")

    def __str__(self) -> str:
        return self.report_no


class Seal(models.Model):
    """封印: what a closed day was, chained to the day before and signed.

    `text` is what is hashed and signed; the columns repeat it for queries, and verification compares them.
    """

    business_date = models.DateField(_("business date"), primary_key=True)
    transfers = models.BigIntegerField(_("transfers"))
    sum_fen = models.BigIntegerField(_("sum"))
    first_id = models.BigIntegerField(_("first transfer"), null=True)
    last_id = models.BigIntegerField(_("last transfer"), null=True)
    root = models.CharField(_("root"), max_length=64)
    previous_hash = models.CharField(_("previous seal's hash"), max_length=64, unique=True)
    hash = models.CharField(_("hash"), max_length=64, unique=True)
    text = models.TextField(_("text"))
    signature = models.BinaryField(_("signature"))
    key = models.ForeignKey(SealKey, models.PROTECT, verbose_name=_("key"))
    report = models.OneToOneField(DayReport, models.PROTECT, related_name="seal", verbose_name=_("day report"))
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [
            models.CheckConstraint(
                condition=Q(transfers=0, sum_fen=0, first_id=None, last_id=None)
                | Q(transfers__gt=0, sum_fen__gt=0, first_id__isnull=False, last_id__gte=models.F("first_id")),
                name="seal_has_a_range_when_it_has_transfers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.business_date} {self.hash}"
