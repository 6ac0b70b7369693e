"""`onecard up` on a fresh folder: pages and gateway answer, a killed process comes back, one signal ends all."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import ROOT

READY_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def eventually(condition: Callable[[], bool], *, log: Path) -> None:
    for _attempt in range(READY_S * 10):
        if condition():
            return
        threading.Event().wait(0.1)
    raise AssertionError(f"it did not come to that:\n{log.read_text()}")


def child_of(pid: int, *, command: str) -> int:
    """The process that runs `onecard COMMAND` for the one with this id."""
    for entry in Path("/proc").glob("[0-9]*"):
        if f"PPid:\t{pid}\n" in (entry / "status").read_text() and command in (entry / "cmdline").read_text().split("\0"):
            return int(entry.name)
    raise AssertionError(f"no child of {pid} runs {command}")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_everything_runs_comes_back_and_ends(folder: Path, tmp_path: Path) -> None:
    pages, terminals, log = free_port(), free_port(), tmp_path / "up.log"
    command = [sys.executable, "-m", "onecard", "up", "--port", str(pages), "--gateway-port", str(terminals)]
    environment = {**os.environ, "ONECARD_VAR": str(folder), "ONECARD_DATABASE_URL": ""}
    with log.open("w") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        eventually(lambda: process.poll() is not None or (answers(pages) and answers(terminals)), log=log)
        assert process.poll() is None, log.read_text()
        killed = child_of(process.pid, command="gateway")
        os.killpg(killed, signal.SIGKILL)
        eventually(lambda: answers(terminals) and child_of(process.pid, command="gateway") != killed, log=log)
    finally:
        process.terminate()
        process.wait(READY_S)
    assert process.returncode == 0
    assert not answers(pages)
    assert not answers(terminals)
    assert "gateway ended with code -9; starting it again" in log.read_text()
