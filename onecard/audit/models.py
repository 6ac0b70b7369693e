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
            models.Index(fields=["actor_name", "id"], name="audit_event_actor_name"),
            models.Index(fields=["subject", "id"], name="audit_event_subject"),
            models.Index(fields=["outcome", "id"], name="audit_event_outcome"),
            models.Index(fields=["request_id", "id"], name="audit_event_request"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.action}"


class Verification(models.Model):
    """验链: the chain was looked at from its first event to `upto_id`; `checked_id` says how far it has come.

    `broken_id` is the first event whose place in the chain is wrong; finding it ends the verification.
    """

    started_at = models.DateTimeField(_("started at"))
    started_by = models.CharField(_("started by"), max_length=150)
    upto_id = models.BigIntegerField(_("last event"))
    checked_id = models.BigIntegerField(_("checked up to"), default=0)
    checked = models.BigIntegerField(_("events checked"), default=0)
    broken_id = models.BigIntegerField(_("first wrong event"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("verification of the audit log")
        verbose_name_plural = _("verifications of the audit log")

    def __str__(self) -> str:
        return f"{self.started_at} {self.checked_id}/{self.upto_id}"

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return 100 if self.finished_at or not self.upto_id else min(99, 100 * self.checked_id // self.upto_id)
