from __future__ import annotations

from django.apps import AppConfig


class ClosingConfig(AppConfig):
    """The room `closing`; what it is for stands in its README.md."""

    name = "onecard.closing"
    label = "closing"
    default_auto_field = "django.db.models.BigAutoField"
