"""Checks of the installation for `onecard doctor`."""

from __future__ import annotations

import dataclasses
import shutil
import stat
import sys
from collections.abc import Callable, Iterator

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from onecard.access.queries import vacant_posts
from onecard.access.types import SEPARATED_POSTS
from onecard.audit.queries import first_broken
from onecard.closing.keys import PUBLIC_FILE
from onecard.kernel import env, invariants
from onecard.kernel.database import APPLICATION_ROLE, OLDEST_SERVER
from onecard.kernel.secrets import keys_folder
from onecard.ledger.queries import open_day

LEAST_FREE_BYTES = 1 << 30


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """One check's result; the text of a fault says what to do."""

    subject: str
    is_ok: bool
    text: str


def findings() -> list[Finding]:
    """Run every check; one that cannot run is a fault itself, the others still run."""
    found: list[Finding] = []
    for name, check in CHECKS.items():
        try:
            found.extend(check())
        except Exception as problem:  # a doctor reports whatever it meets
            found.append(Finding(name, is_ok=False, text=f"{type(problem).__name__}: {str(problem).strip()}"))
    return found


def _python() -> Iterator[Finding]:
    yield Finding("python", is_ok=sys.version_info >= (3, 11), text=sys.version.split()[0])


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(env.var_folder()).free
    yield Finding("disk", is_ok=free > LEAST_FREE_BYTES, text=f"{free >> 20:,} MiB free below {env.var_folder()}")


def _keys() -> Iterator[Finding]:
    open_files = [path.name for path in keys_folder().iterdir() if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)]
    exposed = sorted(set(open_files) - {PUBLIC_FILE})
    text = f"others can read {exposed}: chmod 600 them" if exposed else f"{keys_folder()} is private"
    yield Finding("keys", is_ok=not exposed, text=text)


def _server() -> Iterator[Finding]:
    with connections["default"].cursor() as cursor:
        cursor.execute("select current_user, current_setting('server_version_num')::int, current_setting('fsync')")
        user, version, fsync = cursor.fetchone()
    yield Finding("server", is_ok=version >= OLDEST_SERVER, text=f"PostgreSQL {version // 10_000}.{version % 10_000}")
    yield Finding("fsync", is_ok=fsync == "on", text=f"fsync is {fsync}; off loses money when power fails")
    yield Finding("role", is_ok=user == APPLICATION_ROLE, text=f"the application works as {user}")


def _privileges() -> Iterator[Finding]:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select has_table_privilege('ledger_transfer', 'insert,update,delete,truncate')"
            " or has_table_privilege('ledger_account', 'insert,update,delete,truncate')"
        )
        may_write = cursor.fetchone()[0]
    text = "can be written by the application: run onecard migrate" if may_write else "are read-only to the application"
    yield Finding("money tables", is_ok=not may_write, text=text)


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    text = f"{len(plan)} are missing: run onecard migrate" if plan else "all applied"
    yield Finding("migrations", is_ok=not plan, text=text)


def _books() -> Iterator[Finding]:
    day = open_day()
    yield Finding("business day", is_ok=day is not None, text=f"{day} is open" if day else "none: onecard day open DATE")
    broken = invariants.run_all()
    names = ", ".join(one.id for one in broken)
    yield Finding("invariants", is_ok=not broken, text=f"broken: {names}" if broken else "all hold")
    event = first_broken()
    yield Finding("audit chain", is_ok=event is None, text=f"broken at event {event}" if event else "whole")


def _access() -> Iterator[Finding]:
    vacant = ", ".join(vacant_posts(SEPARATED_POSTS))
    text = f"nobody is {vacant}: onecard operator begin" if vacant else "three persons hold the administrators' posts"
    yield Finding("administrators", is_ok=not vacant, text=text)
    asked = env.text("ONECARD_SECOND_FACTOR")
    yield Finding("second factor", is_ok=asked != "offered", text=f"ONECARD_SECOND_FACTOR is {asked}")


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "python": _python,
    "disk": _disk,
    "keys": _keys,
    "server": _server,
    "privileges": _privileges,
    "migrations": _migrations,
    "books": _books,
    "access": _access,
}
