from __future__ import annotations

from django.apps import AppConfig


class AllowancesConfig(AppConfig):
    """The room `allowances`; what it is for stands in its README.md."""

    name = "onecard.allowances"
    label = "allowances"
    default_auto_field = "django.db.models.BigAutoField"
