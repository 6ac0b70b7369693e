"""A lunch hour on real processes: line cut, every fault, gateways and PostgreSQL killed; books equal journals to the fen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT
from tests.serving import installation, onecard_up

SEED = os.environ.get("ONECARD_SEED") or "11"
KILLS = int(os.environ.get("ONECARD_KILLS") or 6)
"""`make sim` kills by the thousand."""
SECONDS = max(20, 3 * KILLS)
LONG_S = 400 + 4 * SECONDS
CARDS = min(10_000, 50 * SECONDS)
KILLED = (
    "--cards",
    str(CARDS),
    "--rounds",
    str(50 * SECONDS / CARDS),
    "--seconds",
    str(SECONDS),
    "--faults",
    "--kills",
    str(KILLS),
)


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "onecard", *arguments]
    environment = {**installation(folder), "COLUMNS": "200"}
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=LONG_S, check=False)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    "misfortune",
    [("--cards", "1500", "--seconds", "15"), KILLED],
    ids=["a cut line", "every fault and kill -9"],
)
def test_the_books_are_the_journals(folder: Path, tmp_path: Path, misfortune: tuple[str, ...]) -> None:
    with onecard_up(folder, log=tmp_path / "up.log") as up:
        address = f"http://127.0.0.1:{up.terminals}"
        done = run(folder, "terminal", "lunch", "--gateway", address, "--terminals", "20", "--seed", SEED, *misfortune)
        assert done.returncode == 0, f"seed {SEED}\n{done.stdout}\n{done.stderr}"
        assert "agree to the fen" in done.stdout or "Nothing is unaccounted for" in done.stdout
        assert "closed: DONE" in done.stdout
        broken = run(folder, "ledger", "invariants")
        assert broken.returncode == 0, broken.stdout
