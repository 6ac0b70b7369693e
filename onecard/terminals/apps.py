from __future__ import annotations

from django.apps import AppConfig


class TerminalsConfig(AppConfig):
    """The room `terminals`; what it is for stands in its README.md."""

    name = "onecard.terminals"
    label = "terminals"
    default_auto_field = "django.db.models.BigAutoField"
