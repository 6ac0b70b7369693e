from __future__ import annotations

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """The room `cards`; what it is for stands in its README.md."""

    name = "onecard.cards"
    label = "cards"
    default_auto_field = "django.db.models.BigAutoField"
