"""One at a time: the lock of a server's folder, and waiting with an end."""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from onecard.kernel.postgres_problem import PostgresProblem

LOCK_WAIT_S = 300
_POLL_S = 0.05


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the folder's lock; gives its file descriptor. It falls when the last process that has it open ends.

    PostgresProblem when somebody else holds it for longer than LOCK_WAIT_S seconds.
    """
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        keep_owner(descriptor, folder=folder)
        if not wait_until(lambda: _try_lock(descriptor), wait_s=LOCK_WAIT_S):
            raise PostgresProblem(
                f"another process has been starting or stopping the server for {LOCK_WAIT_S} s",
                where=folder / "lock",
                do="see which process has that file open (fuser, lsof), and the logs; then run the command again",
            )
        yield descriptor
    finally:
        os.close(descriptor)


def keep_owner(descriptor: int, *, folder: Path) -> None:
    """Give a file that root makes in a user's folder to that user."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def wait_until(condition: Callable[[], bool], *, wait_s: float) -> bool:
    """Ask until the condition holds, at least once; False when it does not within `wait_s` seconds."""
    deadline = time.monotonic() + wait_s
    pause = threading.Event()
    while not condition():
        if time.monotonic() >= deadline:
            return False
        pause.wait(_POLL_S)
    return True
