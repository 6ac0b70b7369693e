"""What the tests of the embedded server share: places, questions, processes."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from onecard.kernel import postgres
from onecard.kernel.postgres import Server
from onecard.kernel.postgres_account import Account

ROOT = Path(__file__).parents[3]
IS_ROOT = os.geteuid() == 0
START = "import sys, pathlib; from onecard.kernel import postgres; f = pathlib.Path(sys.argv[1]); postgres.ensure_running(f)"
SAY_PID = f"{START}; print(postgres.status(f).pid, flush=True)"


def make_base() -> Path:
    """A folder with a short path, closed to everybody else (0700), as a home folder is."""
    return Path(tempfile.mkdtemp(prefix="onecard-t-"))


def end(folder: Path) -> None:
    postgres.stop(folder, mode="immediate")
    server = postgres.describe(folder)
    if server.socket_dir.parent != server.folder:
        shutil.rmtree(server.socket_dir, ignore_errors=True)


def ask(server: Server, question: str) -> object:
    with psycopg.connect(**server.conninfo("postgres", postgres.OWNER), autocommit=True) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


def pid_of(folder: Path) -> int:
    pid = postgres.status(folder).pid
    assert pid is not None
    return pid


def python(program: str, folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, is_other=True)


def give_to_nobody_if_root(path: Path) -> None:
    if IS_ROOT:
        for part in (path, *path.rglob("*")):
            os.chown(part, nobody().uid, nobody().gid)
