from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """The room `people`; what it is for stands in its README.md."""

    name = "onecard.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"
