from __future__ import annotations

from django.apps import AppConfig


class RollupsConfig(AppConfig):
    """The room `rollups`; what it is for stands in its README.md."""

    name = "onecard.rollups"
    label = "rollups"
    default_auto_field = "django.db.models.BigAutoField"
