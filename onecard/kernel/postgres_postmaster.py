"""Whose process is it: the postmaster of a data folder, told from programs that happen to have its old number.

`postmaster.pid` outlives a killed server or a restarted machine, and process numbers come round again. PostgreSQL itself
clears the file when the number is free; when another program has it, PostgreSQL refuses to start, and we clear the file.
That cannot let two servers at one data folder: a postmaster also refuses a folder whose shared memory is still in use.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import signal
import subprocess
import time
from pathlib import Path

from onecard.kernel.postgres_lock import wait_until

_DELETED = " (deleted)"
_STATUS_LINE = 7
_BEING_WRITTEN_S = 2
_END_WAIT_S = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server process: its number, and whether it has said that it takes connections."""

    pid: int
    is_ready: bool


def postmaster_of(data_dir: Path) -> Postmaster | None:
    """The live server of this data folder, or None when there is none, whatever postmaster.pid says."""
    lines = _lines_of(data_dir / "postmaster.pid")
    pid = _number(lines)
    if pid is None or not _serves(pid, data_dir=data_dir):
        return None
    ready = len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"
    return Postmaster(pid, is_ready=ready)


def clear_stale_files(*, data_dir: Path, socket_dir: Path, port: int) -> None:
    """Remove lock files that would keep PostgreSQL from starting though no server of this data folder lives.

    Call it with the folder's lock held and after `postmaster_of` said None.
    """
    _clear(data_dir / "postmaster.pid")
    socket = socket_dir / f".s.PGSQL.{port}"
    lock = socket.with_name(f"{socket.name}.lock")
    _end_server_of_deleted_data(_number(_lines_of(lock)), data_dir=data_dir)
    if _clear(lock):
        socket.unlink(missing_ok=True)


def _clear(path: Path) -> bool:
    if not path.exists():
        return False
    pid = _number(_lines_of(path))
    if pid is not None and not _is_alive(pid):
        return False  # PostgreSQL clears it, and first checks the shared memory that the file names
    if pid is None and time.time() - path.stat().st_mtime < _BEING_WRITTEN_S:
        return False  # somebody may be just writing it
    path.unlink(missing_ok=True)
    return True


def _end_server_of_deleted_data(pid: int | None, *, data_dir: Path) -> None:
    # Somebody deleted the data folder under a running server: it still holds the socket, and would delete that of
    # its successor when it ends. So it ends first.
    if pid is None:
        return

    def has_ended() -> bool:
        folder = _working_folder(pid)
        if folder != f"{data_dir}{_DELETED}" and (folder is not None or str(data_dir) not in _command_of(pid)):
            return True
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
        return False

    wait_until(has_ended, wait_s=_END_WAIT_S)


def _lines_of(path: Path) -> list[str]:
    try:
        return path.read_text(errors="replace").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return []


def _number(lines: list[str]) -> int | None:
    first = lines[0].strip().removeprefix("-") if lines else ""
    return int(first) if first.isascii() and first.isdigit() and int(first) > 1 else None


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _serves(pid: int, *, data_dir: Path) -> bool:
    if not _is_alive(pid):
        return False
    folder = _working_folder(pid)
    if folder is not None:
        return folder == os.path.realpath(data_dir)
    # Root in a container may lack the right to see another user's working folder; the command line is open to all.
    return str(data_dir) in _command_of(pid)


def _working_folder(pid: int) -> str | None:
    try:
        return str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return None


def _command_of(pid: int) -> list[str]:
    """The command line in words; empty for a zombie, whose command line is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        pass
    try:
        listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    # As macOS: no /proc. A path with blanks comes in pieces, so the part after -D is put together again.
    before, found, after = listed.stdout.strip().partition(" -D ")
    return [before, after.partition(" -c ")[0]] if found else [before]
