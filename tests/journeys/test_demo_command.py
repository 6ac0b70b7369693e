"""`onecard demo` on a fresh folder: terminals of its own keep in touch and sell while it serves, and Ctrl-C ends all of it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.databases import ROOT
from tests.serving import READY_S, answers, eventually, free_port, installation

pytestmark = pytest.mark.slow
LOOK = """
import django
django.setup()
from onecard.terminals import queries
lines = [line for line in queries.board() if line.facts.code.startswith("L")]
print(queries.board_counts(lines).online, sum(line.facts.last_record_at is not None for line in lines))
"""


def seen(folder: Path) -> tuple[int, int]:
    """How many of the demo's terminals are in touch, and how many of them have sold."""
    said = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={**installation(folder), "DJANGO_SETTINGS_MODULE": "onecard.settings"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    online, sold = said.stdout.split()
    return int(online), int(sold)


def test_its_board_lives_while_it_serves(folder: Path, tmp_path: Path) -> None:
    pages, terminals, log = free_port(), free_port(), tmp_path / "demo.log"
    command = [sys.executable, "-m", "onecard", "demo", "--days", "1", "--port", str(pages), "--gateway-port", str(terminals)]
    with log.open("w") as output:
        demo = subprocess.Popen(command, env=installation(folder), stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        eventually(lambda: demo.poll() is not None or (answers(pages) and answers(terminals)), log=log)
        assert demo.poll() is None, log.read_text()
        eventually(lambda: seen(folder)[0] == 6 and seen(folder)[1] > 0, log=log)
        processes = psutil.Process(demo.pid).children(recursive=True)
        assert len(processes) > 3
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(READY_S)
    assert demo.returncode == 0
    assert [one.pid for one in processes if one.is_running()] == []
    assert "Traceback" not in log.read_text()
    assert "starting it again" not in log.read_text()
