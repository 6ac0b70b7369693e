"""Fixtures for the tests of all rooms: the rooms' own tests live beside them, outside `tests/`."""

from __future__ import annotations

from tests.conftest import django_db_setup, english, own_database
from tests.world import own_world, world

__all__ = ["django_db_setup", "english", "own_database", "own_world", "world"]
