from __future__ import annotations

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The room `ledger`; what it is for stands in its README.md."""

    name = "onecard.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
