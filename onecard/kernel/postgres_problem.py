"""What can be wrong with the embedded server, in words: what happened, where, and what to do about it."""

from __future__ import annotations

import os
from pathlib import Path

LEAST_FREE_BYTES = 300 * 1024 * 1024
"""Room that a new data folder or a start after a crash may need; below it the server is not started."""


class PostgresProblem(RuntimeError):
    """The embedded server cannot be had. `what` happened, `where`, and what to `do`; the message has all three."""

    def __init__(self, what: str, *, where: Path, do: str) -> None:
        super().__init__(f"{what}\n  where: {where}\n  what to do: {do}")
        self.what = what
        self.where = where
        self.do = do


def free_bytes_at(folder: Path) -> int:
    """Bytes that an unprivileged program may still write on the file system of `folder`."""
    usage = os.statvfs(folder)
    return usage.f_bavail * usage.f_frsize


def disk_full(folder: Path, *, free_bytes: int) -> PostgresProblem:
    """The problem of a file system with too little room, with the room that there is."""
    return PostgresProblem(
        f"the disk is full: {free_bytes // 2**20} MB are free, PostgreSQL needs {LEAST_FREE_BYTES // 2**20} MB to start",
        where=folder,
        do="free some space there, or let ONECARD_VAR name a folder on a larger disk; then run the command again",
    )


def explain(output: str, *, doing: str, where: Path, free_bytes: int) -> PostgresProblem:
    """The problem behind a failed `initdb` or `pg_ctl start`, judged from what it printed and logged."""
    if "No space left on device" in output:
        return disk_full(where, free_bytes=free_bytes)
    what, do = f"PostgreSQL failed at {doing}", _READ_THE_LOG
    for sign, meaning, advice in _SIGNS:
        if sign in output:
            what, do = meaning, advice
            break
    lines = [line for line in output.splitlines() if line.strip()]
    return PostgresProblem("\n    ".join([f"{what}:", *lines[-_LINES_SHOWN:]]), where=where, do=do)


_LINES_SHOWN = 12
_READ_THE_LOG = "read the log there; a damaged data folder is brought back from the backup, never by deleting files"
_SIGNS = (
    (
        "could not create shared memory segment",
        "the machine gave PostgreSQL too little shared memory",
        "raise kernel.shmmax and kernel.shmall, or set a smaller shared_buffers in site.conf",
    ),
    (
        "Cannot allocate memory",
        "there is too little memory for PostgreSQL",
        "end other programs, or set a smaller shared_buffers in site.conf",
    ),
    (
        "configuration file",
        "PostgreSQL does not accept a setting",
        "look at the last lines of start.log in the log folder; correct site.conf",
    ),
    (
        "could not locate a valid checkpoint record",
        "the data folder is damaged: its write-ahead log is not whole",
        "restore the last backup; keep the damaged folder until the restored books have been verified",
    ),
)
