from __future__ import annotations

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    """The room `workdays`; what it is for stands in its README.md."""

    name = "onecard.workdays"
    label = "workdays"
    default_auto_field = "django.db.models.BigAutoField"
