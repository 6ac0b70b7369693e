from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room `access`; what it is for stands in its README.md."""

    name = "onecard.access"
    label = "access"
    default_auto_field = "django.db.models.BigAutoField"
