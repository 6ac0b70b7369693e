from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """The lowest floor; an app only so that its `sql/` is installed first."""

    name = "onecard.kernel"
    label = "kernel"
