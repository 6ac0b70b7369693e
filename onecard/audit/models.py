"""The audit log (审计日志): who did what, append-only, each event chained to the one before."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One act of a person or a job. `id`, `at` and the hashes are set by the database, in the order of the chain."""

    at = models.DateTimeField(_("at"))
    actor_id = models.BigIntegerField(_("operator"), null=True)
    actor_name = models.CharField(_("who"), max_length=150)
    action = models.CharField(_("action"), max_length=80)
    subject = models.CharField(_("subject"), max_length=200)
    payload_digest = models.BinaryField(_("digest of the input"))
    outcome = models.CharField(_("outcome"), max_length=80)
    request_id = models.CharField(_("request"), max_length=64, blank=True)
    previous_hash = models.BinaryField(_("hash before"))
    hash = models.BinaryField(_("hash"), unique=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["action", "id"], name="audit_event_action"),
            models.Index(fields=["actor_id", "id"], name="audit_event_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"
