"""Django's own look at models, pages and settings."""

from __future__ import annotations

from django.core.management import call_command


def test_django_finds_nothing() -> None:
    call_command("check", fail_level="WARNING")
