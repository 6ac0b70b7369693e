from __future__ import annotations

from django.apps import AppConfig


class CounterConfig(AppConfig):
    """The room `counter`; what it is for stands in its README.md."""

    name = "onecard.counter"
    label = "counter"
    default_auto_field = "django.db.models.BigAutoField"
