from __future__ import annotations

from django.apps import AppConfig


class PapersConfig(AppConfig):
    """The room `papers`; what it is for stands in its README.md."""

    name = "onecard.papers"
    label = "papers"
    default_auto_field = "django.db.models.BigAutoField"
