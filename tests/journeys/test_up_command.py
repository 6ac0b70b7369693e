"""`onecard up` on a fresh folder: pages and gateway answer, a killed process comes back, one signal ends all."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.serving import answers, eventually, onecard_up


def child_of(pid: int, *, command: str) -> int:
    """The process that runs `onecard COMMAND` for the one with this id."""
    for entry in Path("/proc").glob("[0-9]*"):
        if f"PPid:\t{pid}\n" in (entry / "status").read_text() and command in (entry / "cmdline").read_text().split("\0"):
            return int(entry.name)
    raise AssertionError(f"no child of {pid} runs {command}")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_everything_runs_comes_back_and_ends(folder: Path, tmp_path: Path) -> None:
    with onecard_up(folder, log=tmp_path / "up.log") as up:
        killed = child_of(up.process.pid, command="gateway")
        os.killpg(killed, signal.SIGKILL)
        eventually(lambda: answers(up.terminals) and child_of(up.process.pid, command="gateway") != killed, log=up.log)
    assert up.process.returncode == 0
    assert not answers(up.pages)
    assert not answers(up.terminals)
    assert "gateway ended with code -9; starting it again" in up.log.read_text()
