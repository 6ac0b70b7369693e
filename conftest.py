"""Fixtures for the tests of all rooms: the rooms' own tests live beside them, outside `tests/`."""

from __future__ import annotations

import pytest

from tests.conftest import django_db_setup, english, own_database
from tests.failures import FailuresAtOnce
from tests.world import own_world, world

__all__ = ["django_db_setup", "english", "own_database", "own_world", "world"]


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Tell each failure when it happens."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(FailuresAtOnce(reporter))
