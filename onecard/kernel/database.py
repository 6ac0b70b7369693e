"""Which PostgreSQL, and as whom: the owner migrates, the application's role works.

Two aliases name the same database. `owner` owns the schema and is used by `onecard migrate` alone; `default` connects as
`onecard_app`, which owns nothing and cannot write the money tables (DESIGN §4.3).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg import sql

from onecard.kernel import env, postgres
from onecard.kernel.secrets import key_file

APPLICATION_ROLE = "onecard_app"
DATABASE_NAME = "onecard"
OLDEST_SERVER = 170000


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES: the server that ONECARD_DATABASE_URL names, else the embedded one under the var folder."""
    owner = _named_server(url) if (url := env.text("ONECARD_DATABASE_URL")) else _embedded_server()
    application = {**owner, "USER": APPLICATION_ROLE, "PASSWORD": application_password()}
    return {"default": application, "owner": {**owner, "TEST": {"MIRROR": None}}}


def application_password() -> str:
    """The password of the application's role, made at install and kept in the keys folder."""
    return key_file("database-password.key").hex()


def _embedded_server() -> dict[str, Any]:
    conninfo = postgres.describe().conninfo(DATABASE_NAME, postgres.OWNER)
    return _entry(
        host=str(conninfo["host"]),
        port=str(conninfo["port"]),
        name=DATABASE_NAME,
        user=postgres.OWNER,
        password=str(conninfo.get("password") or ""),
    )


def _named_server(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ValueError("ONECARD_DATABASE_URL must look like postgresql://owner:password@host:5432/database")
    entry = _entry(
        host=unquote(parts.hostname or ""),
        port=str(parts.port or 5432),
        name=unquote(parts.path.strip("/")),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    entry["OPTIONS"] |= dict(parse_qsl(parts.query))
    return entry


def _entry(*, host: str, port: str, name: str, user: str, password: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "PORT": port,
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "onecard"},
    }


def prepare(owner: dict[str, Any]) -> None:
    """Make the application's role and, where it is missing, the database; give the role its password.

    Raises RuntimeError when the server is too old or the owner may not create roles, and says what to do.
    """
    with _connect(owner, database="postgres") as connection:
        if connection.info.server_version < OLDEST_SERVER:
            raise RuntimeError(f"PostgreSQL 17 or newer is needed, the server is {connection.info.server_version}")
        _make_role(connection)
        exists = connection.execute("select from pg_database where datname = %s", [owner["NAME"]]).fetchone()
        if exists is None:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(owner["NAME"])))
        name = sql.Identifier(owner["NAME"])
        connection.execute(sql.SQL("revoke all on database {} from public").format(name))
        connection.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(APPLICATION_ROLE)))


def _make_role(connection: psycopg.Connection[Any]) -> None:
    role = sql.Identifier(APPLICATION_ROLE)
    connection.execute("select pg_advisory_lock(hashtext(%s))", [APPLICATION_ROLE])
    try:
        if connection.execute("select from pg_roles where rolname = %s", [APPLICATION_ROLE]).fetchone() is None:
            connection.execute(sql.SQL("create role {} login").format(role))
        connection.execute(
            sql.SQL("alter role {} login nosuperuser nocreatedb nocreaterole password {}").format(
                role, sql.Literal(application_password())
            )
        )
    finally:
        connection.execute("select pg_advisory_unlock(hashtext(%s))", [APPLICATION_ROLE])


def _connect(entry: dict[str, Any], *, database: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=entry["HOST"] or None,
        port=entry["PORT"],
        dbname=database,
        user=entry["USER"],
        password=entry["PASSWORD"] or None,
        autocommit=True,
        connect_timeout=10,
    )
