"""Real `onecard` servers in processes of their own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.databases import ROOT

READY_S = 300


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether a server there says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], *, log: Path, within_s: int = READY_S) -> None:
    """Wait for it; AssertionError with what the server wrote when it does not come to that."""
    for _attempt in range(within_s * 10):
        if condition():
            return
        threading.Event().wait(0.1)
    raise AssertionError(f"it did not come to that:\n{log.read_text()}")


class Up(NamedTuple):
    """`onecard up`: its process, the ports of pages and terminals, and where it writes."""

    process: subprocess.Popen[bytes]
    pages: int
    terminals: int
    log: Path


@contextmanager
def onecard_up(folder: Path, *, log: Path) -> Iterator[Up]:
    """`onecard up` on a var folder of its own, answering; told to end, and waited for, when the block ends."""
    pages, terminals = free_port(), free_port()
    command = [sys.executable, "-m", "onecard", "up", "--port", str(pages), "--gateway-port", str(terminals)]
    with log.open("w") as output:
        process = subprocess.Popen(command, env=installation(folder), stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        eventually(lambda: process.poll() is not None or (answers(pages) and answers(terminals)), log=log)
        assert process.poll() is None, log.read_text()
        yield Up(process, pages, terminals, log)
    finally:
        process.terminate()
        process.wait(READY_S)


def installation(folder: Path) -> dict[str, str]:
    """The environment in which `onecard` works on the installation in this folder."""
    return {**os.environ, "ONECARD_VAR": str(folder), "ONECARD_DATABASE_URL": ""}
