from __future__ import annotations

from django.apps import AppConfig


class MonthsConfig(AppConfig):
    """The room `months`; what it is for stands in its README.md."""

    name = "onecard.months"
    label = "months"
    default_auto_field = "django.db.models.BigAutoField"
