"""SQL that lives in files: read it, install it, call it.

Every room keeps its SQL under `sql/`: `functions/` (one versioned function a file), `triggers/`, `grants.sql`, `queries/` and
`invariants/`. Functions and triggers are `create or replace`, so `onecard migrate` installs all of them after Django's migrations
and the database always holds what the files say.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.rows import dict_row

FOLDERS_IN_ORDER = ("functions", "triggers")


@functools.cache
def text_of(room: str, name: str) -> str:
    """The text of `onecard/<room>/sql/<name>.sql`; FileNotFoundError names the file that is missing."""
    return (Path(apps.get_app_config(room).path) / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def files_in(folder: str) -> Iterator[Path]:
    """All `sql/<folder>/*.sql` of all rooms, rooms in the order of INSTALLED_APPS (lower floors first)."""
    for config in apps.get_app_configs():
        if config.name.startswith("onecard."):
            yield from sorted((Path(config.path) / "sql" / folder).glob("*.sql"))


def install(connection: BaseDatabaseWrapper) -> None:
    """Create or replace every function and trigger, then set every room's grants, on the owner's connection.

    The search path is pinned to the campus's own schema with pg_temp last, and each SECURITY DEFINER function keeps it
    (`set search_path from current`): nobody can slip a temporary table under the ledger.
    """
    with connection.cursor() as cursor:
        cursor.execute("select current_schema()")
        schema = cursor.fetchone()[0]
        cursor.execute("select set_config('search_path', %s, false)", [f'"{schema}", pg_temp'])
        # Functions call each other across rooms, so bodies are checked when all are there (tests/code), not one by one.
        cursor.execute("set check_function_bodies = off")
        for folder in FOLDERS_IN_ORDER:
            for path in files_in(folder):
                cursor.execute(path.read_text(encoding="utf-8"))
        for config in apps.get_app_configs():
            grants = Path(config.path) / "sql" / "grants.sql"
            if config.name.startswith("onecard.") and grants.exists():
                cursor.execute(grants.read_text(encoding="utf-8"))


def raw_connection(alias: str = "default") -> psycopg.Connection[Any]:
    """Django's own psycopg connection, inside Django's current transaction."""
    wrapper = connections[alias]
    wrapper.ensure_connection()
    connection: psycopg.Connection[Any] = wrapper.connection
    return connection


def call(
    statement: str, arguments: Sequence[Any] | Mapping[str, Any] = (), *, alias: str = "default", prepare: bool = True
) -> list[tuple[Any, ...]]:
    """Run one statement with server-side binding and return its rows; prepared on its first use unless `prepare` is off.

    Django's cursor binds on the client, which would write every array out as text; posting functions take arrays.
    """
    with psycopg.Cursor(raw_connection(alias)) as cursor:
        cursor.execute(statement.encode(), arguments or None, prepare=prepare)  # without arguments a % is a %
        return cursor.fetchall() if cursor.description else []


def named(
    statement: str, arguments: Sequence[Any] | Mapping[str, Any] = (), *, prepare: bool | None = None
) -> list[dict[str, Any]]:
    """The rows of one statement by column name; `prepare` as in psycopg: None prepares what is run often."""
    with psycopg.Cursor(raw_connection(), row_factory=dict_row) as cursor:
        cursor.execute(statement.encode(), arguments or None, prepare=prepare)
        return cursor.fetchall()


def int_array(values: Iterable[int | None]) -> str:
    """A PostgreSQL array literal of whole numbers. Sent as text it costs a sixth of what the driver's list dumper does."""
    return "{" + ",".join(["null" if value is None else str(value) for value in values]) + "}"


def time_array(values: Iterable[datetime]) -> str:
    """A PostgreSQL array literal of moments."""
    return "{" + ",".join([value.isoformat() for value in values]) + "}"
