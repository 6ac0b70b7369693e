from __future__ import annotations

from django.apps import AppConfig


class SimulationConfig(AppConfig):
    """The room `simulation`; what it is for stands in its README.md."""

    name = "onecard.simulation"
    label = "simulation"
    default_auto_field = "django.db.models.BigAutoField"
