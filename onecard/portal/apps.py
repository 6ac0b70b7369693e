from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The room `portal`; what it is for stands in its README.md."""

    name = "onecard.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"
