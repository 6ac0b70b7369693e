from __future__ import annotations

from django.apps import AppConfig


class FundingConfig(AppConfig):
    """The room `funding`; what it is for stands in its README.md."""

    name = "onecard.funding"
    label = "funding"
    default_auto_field = "django.db.models.BigAutoField"
