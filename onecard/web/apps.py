from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room `web`; what it is for stands in its README.md."""

    name = "onecard.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
