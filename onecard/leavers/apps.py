from __future__ import annotations

from django.apps import AppConfig


class LeaversConfig(AppConfig):
    """The room `leavers`; what it is for stands in its README.md."""

    name = "onecard.leavers"
    label = "leavers"
    default_auto_field = "django.db.models.BigAutoField"
