"""The data folder: made whole or not at all, and refused when it is not what this PostgreSQL can use."""

from __future__ import annotations

import functools
import os
import secrets
import shutil
import subprocess
from pathlib import Path

from onecard.kernel.postgres_account import Account
from onecard.kernel.postgres_problem import PostgresProblem, explain, free_bytes_at

INITDB_WAIT_S = 300
_DRAFT = "data.draft-"
_OPTIONS = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--data-checksums",
    "--auth-local=peer",
    "--auth-host=reject",
    "--no-instructions",
)


def version_of(data_dir: Path) -> str | None:
    """The major version of PostgreSQL that made the folder; None when it is not a data folder."""
    try:
        return (data_dir / "PG_VERSION").read_text().strip()
    except (FileNotFoundError, NotADirectoryError):
        return None


def make(data_dir: Path, *, initdb: Path, superuser: str, account: Account, lock: int) -> None:
    """Make the data folder of `account` unless there is one; an empty folder counts as none.

    It is made under another name and renamed when it is whole, so that a killed initdb leaves no half of one. `lock` is the
    descriptor of the held lock: initdb keeps it open, and if we are killed, nobody else begins before initdb has ended.
    """
    if data_dir.exists() and (not data_dir.is_dir() or any(data_dir.iterdir())):
        return
    for abandoned in data_dir.parent.glob(f"{_DRAFT}*"):
        shutil.rmtree(abandoned)
    draft = data_dir.with_name(f"{_DRAFT}{secrets.token_hex(4)}")
    account.make_folder(draft)
    made = account.run([initdb, "-D", draft, "-U", superuser, *_OPTIONS], timeout_s=INITDB_WAIT_S, keep_open=[lock])
    if made.returncode:
        room = free_bytes_at(data_dir.parent)
        shutil.rmtree(draft, ignore_errors=True)
        raise explain(made.stdout, doing="initdb", where=data_dir.parent, free_bytes=room)
    draft.rename(data_dir.resolve())
    _make_durable(data_dir.parent)


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def refuse_unusable(data_dir: Path, *, postgres: Path) -> None:
    """PostgresProblem when the folder is no data folder, is damaged, or was made by another major version."""
    version, ours = version_of(data_dir), major_version(postgres)
    if version is None:
        raise PostgresProblem(
            "there is something here, but it is not a database's data folder (it has no PG_VERSION)",
            where=data_dir,
            do="move it away, or let ONECARD_VAR name another folder",
        )
    if version != ours:
        raise PostgresProblem(
            f"the data was made by PostgreSQL {version}, and this installation brings PostgreSQL {ours}",
            where=data_dir,
            do=f"install the package of version {version} again and dump the database with it, move this folder away, "
            "come back to this version and load the dump (or use pg_upgrade)",
        )
    if not (data_dir / "global" / "pg_control").is_file():
        raise PostgresProblem(
            "the data folder is damaged: global/pg_control is missing",
            where=data_dir,
            do="restore the last backup; keep the damaged folder until the restored books have been verified",
        )


@functools.cache
def major_version(postgres: Path) -> str:
    """The major version of the program, such as 18."""
    printed = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout
    return printed.split()[2].partition(".")[0]
