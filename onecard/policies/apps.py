from __future__ import annotations

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """The room `policies`; what it is for stands in its README.md."""

    name = "onecard.policies"
    label = "policies"
    default_auto_field = "django.db.models.BigAutoField"
