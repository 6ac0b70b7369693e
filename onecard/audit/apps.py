from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room `audit`; what it is for stands in its README.md."""

    name = "onecard.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"
