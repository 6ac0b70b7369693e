"""Cut off who asks and does not read the answer. The web server has no such limit; the kernel has, for each connection."""

from __future__ import annotations

import asyncio
import os
import socket
import stat
from pathlib import Path

UNREAD_S = 20
"""How long an answer may wait without any of it being taken. A terminal that waited so long has given up and asks again."""
LOOK_EVERY_S = 0.05
_OPEN_FILES = Path("/proc/self/fd")


async def cut_off_who_does_not_read() -> None:
    """Wait until this process listens, then give every connection that it takes in the limit; elsewhere than on Linux nothing."""
    while hasattr(socket, "TCP_USER_TIMEOUT") and not limit_listeners():
        await asyncio.sleep(LOOK_EVERY_S)


def limit_listeners() -> int:
    """Set the limit on the process's listening sockets, which hand it on to what they take in; how many there are."""
    files = [int(entry.name) for entry in _OPEN_FILES.iterdir()]
    return sum(_limit(file) for file in files)


def _limit(file: int) -> bool:
    """Whether the open file is a listening TCP socket, which then has the limit."""
    try:
        if not stat.S_ISSOCK(os.fstat(file).st_mode):
            return False
        with socket.socket(fileno=os.dup(file)) as one:
            is_listening = one.type == socket.SOCK_STREAM and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            if is_listening and one.family in (socket.AF_INET, socket.AF_INET6):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_S * 1_000)
                return True
    except OSError:  # closed meanwhile, as the folder's own
        return False
    return False
