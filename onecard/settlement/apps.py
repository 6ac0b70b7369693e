from __future__ import annotations

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    """The room `settlement`; what it is for stands in its README.md."""

    name = "onecard.settlement"
    label = "settlement"
    default_auto_field = "django.db.models.BigAutoField"
