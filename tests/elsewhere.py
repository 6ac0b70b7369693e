"""Python in a process of its own on one of the tests' databases, so that it can be killed."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.db import connection

from tests.databases import ROOT
from tests.serving import eventually

BEGIN = """
import sys
from tests import environment
import django; django.setup()
from tests.databases import point_at
point_at(sys.argv[1])
"""
WAIT = """
from django.db import connection
connection.ensure_connection()
print("ready", flush=True)
sys.stdin.readline()
"""
STUCK = """
from onecard.kernel import sql
def stuck(do):
    def done_and_stuck(*arguments):
        do(*arguments)
        sql.call("select pg_advisory_lock(4242)")
    return done_and_stuck
"""


def elsewhere(script: str, *arguments: str, database: str, **streams: Any) -> subprocess.Popen[str]:
    """A process that runs the script, Django set up for the database; `arguments` are its sys.argv[2:]."""
    command = [sys.executable, "-W", "ignore", "-c", BEGIN + script, database, *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, **streams)


def waiting(script: str, *arguments: str, database: str) -> subprocess.Popen[str]:
    """The same, connected and ready; it runs the script when it is told to."""
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    process = elsewhere(WAIT + script, *arguments, database=database, **streams)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def tell(process: subprocess.Popen[str]) -> None:
    """Let a process that waits go on."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def kill_when_stuck(script: str, *arguments: str, database: str, log: Path) -> None:
    """Run a script that calls what `stuck(…)` returned, and kill it there: all is done, nothing is committed."""
    with connection.cursor() as cursor, log.open("w") as output:
        cursor.execute("select pg_advisory_lock(4242)")
        killed = elsewhere(STUCK + script, *arguments, database=database, stdout=output, stderr=output)
        try:
            eventually(lambda: _is_stuck() or killed.poll() is not None, log=log, within_s=60)
            assert _is_stuck(), log.read_text()
        finally:
            killed.kill()
            killed.wait(60)
            cursor.execute("select pg_advisory_unlock(4242)")


def until_alone() -> None:
    """Wait until the server noticed that a process was killed: what it had sent may be committed, then its connection is gone."""
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    for _attempt in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        threading.Event().wait(0.02)
    raise AssertionError("the killed process's connection stays")


def _is_stuck() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and objid = 4242 and not granted")
        return bool(cursor.fetchone()[0])
