"""A database for one simulation, beside the installation's own and gone afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from onecard.installation import install


@contextmanager
def scratch_database() -> Iterator[str]:
    """Inside the block Django works on a fresh, installed database on the same server; afterwards it is dropped."""
    name, before = f"onecard_simulation_{secrets.token_hex(4)}", settings.DATABASES["default"]["NAME"]
    _point_at(name)
    try:
        install()
        yield name
    finally:
        _point_at(before)
        _drop(name)


def _point_at(name: str) -> None:
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


def _drop(name: str) -> None:
    owner = settings.DATABASES["owner"]
    with psycopg.connect(
        host=owner["HOST"] or None,
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    ) as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
