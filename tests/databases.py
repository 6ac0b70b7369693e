"""Databases of the tests: one migrated template for this source, and copies of it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from onecard.kernel import env, postgres
from onecard.kernel.database import prepare
from onecard.kernel.install import migrate

ROOT = Path(__file__).parent.parent


def template_name() -> str:
    """Named after the content of all migrations and SQL files, so that a change makes a new template."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("onecard/*/migrations/*.py"), *ROOT.glob("onecard/*/sql/**/*.sql")]):
        digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return f"template_{digest.hexdigest()[:12]}"


def server_connection(name: str = "postgres") -> psycopg.Connection[Any]:
    """The owner's connection to a database of the server; to that for maintenance unless one is named."""
    owner = settings.DATABASES["owner"]
    return psycopg.connect(
        host=owner["HOST"] or None,
        port=owner["PORT"],
        user=owner["USER"],
        password=owner["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
    )


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    with (env.var_folder() / "templates.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_template() -> str:
    """Start the server, and migrate a template database for this source unless there is one; older ones are dropped."""
    name = template_name()
    with _one_at_a_time():
        if not os.environ.get("ONECARD_DATABASE_URL"):
            postgres.ensure_running()
        with server_connection() as server:
            present = {row[0] for row in server.execute("select datname from pg_database where datname like 'template_%'")}
            present -= {"template0", "template1"}
            if name not in present:
                _make_template(server, name=name, stale=present)
    return name


def _make_template(server: psycopg.Connection[Any], *, name: str, stale: set[str]) -> None:
    for old in stale:
        drop(old, server=server)
    draft = f"draft_{name}"
    drop(draft, server=server)
    with pointed_at(draft):
        prepare(settings.DATABASES["owner"])
        migrate()
    server.execute(sql.SQL("alter database {} rename to {}").format(sql.Identifier(draft), sql.Identifier(name)))


def drop(name: str, *, server: psycopg.Connection[Any]) -> None:
    """Drop a database if it is there, whoever is connected."""
    server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def copy_template(name: str) -> None:
    """A fresh copy of the template under `name`."""
    template = ensure_template()
    with server_connection() as server:
        drop(name, server=server)
        server.execute(
            sql.SQL("create database {} template {} strategy file_copy").format(sql.Identifier(name), sql.Identifier(template))
        )


def point_at(name: str) -> None:
    """Let both aliases name database `name` from the next connection on."""
    for alias in ("default", "owner"):
        connections[alias].close()
        settings.DATABASES[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Both aliases name `name` inside the block."""
    before = settings.DATABASES["default"]["NAME"]
    point_at(name)
    try:
        yield
    finally:
        point_at(before)
