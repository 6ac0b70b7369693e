from __future__ import annotations

from django.apps import AppConfig


class MerchantsConfig(AppConfig):
    """The room `merchants`; what it is for stands in its README.md."""

    name = "onecard.merchants"
    label = "merchants"
    default_auto_field = "django.db.models.BigAutoField"
