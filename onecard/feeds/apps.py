from __future__ import annotations

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """The room `feeds`; what it is for stands in its README.md."""

    name = "onecard.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"
