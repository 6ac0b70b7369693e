from __future__ import annotations

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room `reports`; what it is for stands in its README.md."""

    name = "onecard.reports"
    label = "reports"
    default_auto_field = "django.db.models.BigAutoField"
