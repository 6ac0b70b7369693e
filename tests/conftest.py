"""Fixtures for all tests. Every test runs on real PostgreSQL as the application's role.

`db` is pytest-django's: one transaction, rolled back. `own_database` is a private copy of the migrated template, for tests that
commit, run in parallel or kill processes; nothing is ever truncated, because the ledger forbids it.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from django.db import connections
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from tests import databases


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """A page asked for in Chinese leaves its language behind in the thread; every test starts in English."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker, worker_id: str) -> Iterator[None]:
    """This process's copy of the template; takes the place of pytest-django's own."""
    name = f"test_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock():
        databases.copy_template(name)
        databases.point_at(name)
        yield
        connections.close_all()
        with databases.server_connection() as server:
            databases.drop(name, server=server)


@pytest.fixture
def own_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A private database that this test may commit to from many connections; dropped afterwards."""
    name = f"own_{uuid.uuid4().hex[:12]}"
    with django_db_blocker.unblock():
        databases.copy_template(name)
        with databases.pointed_at(name):
            yield name
        with databases.server_connection() as server:
            databases.drop(name, server=server)
