from __future__ import annotations

from django.apps import AppConfig


class PurchasesConfig(AppConfig):
    """The room `purchases`; what it is for stands in its README.md."""

    name = "onecard.purchases"
    label = "purchases"
    default_auto_field = "django.db.models.BigAutoField"
