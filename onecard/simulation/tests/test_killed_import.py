"""SIGKILL at random moments of an import: the same command finishes, and the figures are exact.

ONECARD_SEED repeats a run's moments (as far as a machine can be repeated), ONECARD_KILLS asks for more of them.
"""

from __future__ import annotations

import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from onecard.kernel import sql
from onecard.simulation.journal import TARIFF_LINE, write_journal
from onecard.simulation.tests.journals import standing, wanted
from tests import databases

KILLS = int(os.environ.get("ONECARD_KILLS") or 6)
KILLS_A_DATABASE = 3
FROM, TO = 0.4, 1.0
"""Kills fall in this part of the time that an undisturbed import takes here: from before it begins to work until it is done."""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def databases_in_turn(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Iterator[str]]:
    """Fresh copies of the template, one after the other."""
    made: list[str] = []

    def fresh() -> Iterator[str]:
        while True:
            made.append(f"killed_{secrets.token_hex(6)}")
            databases.copy_template(made[-1])
            yield made[-1]

    with django_db_blocker.unblock():
        yield fresh()
        with databases.server_connection() as server:
            for name in made:
                databases.drop(name, server=server)


def _start(database: str, folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.on_database", database, "import", "till-journal", str(folder)]
    return subprocess.Popen([*command, "--tariff", TARIFF_LINE], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _was_killed(process: subprocess.Popen[bytes], *, after_s: float) -> bool:
    """Kill the process after this time; False when it was done before (and then it must have been successful)."""
    try:
        _, complaint = process.communicate(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return True
    assert process.returncode == 0, complaint.decode()
    return False


def _finish(database: str, folder: Path) -> float:
    """Let the command run to its end, which must be good, and say how long it took."""
    began = time.monotonic()
    process = _start(database, folder)
    _, complaint = process.communicate(timeout=120)
    assert process.returncode == 0, complaint.decode()
    return time.monotonic() - began


def _transfers(database: str) -> int:
    with databases.pointed_at(database):
        return int(sql.call("select count(*) from ledger_transfer")[0][0])


@pytest.mark.slow
def test_a_killed_import_is_finished_by_the_same_command(tmp_path: Path, databases_in_turn: Iterator[str]) -> None:
    seed = int(os.environ.get("ONECARD_SEED") or secrets.randbelow(1_000_000))
    print(f"ONECARD_SEED={seed}")
    moments = random.Random(seed)
    expected = write_journal(tmp_path, seed=seed, days=5, registers=8, per_sheet=100)
    took_s = _finish(next(databases_in_turn), tmp_path)
    kills, halfway = 0, 0
    while kills < KILLS:
        name = next(databases_in_turn)
        for _ in range(KILLS_A_DATABASE):
            was_killed = _was_killed(_start(name, tmp_path), after_s=took_s * moments.uniform(FROM, TO))
            kills += was_killed
            took_s *= 1 if was_killed else 0.8  # the first one was slow: the machine had other work
            halfway += 0 < _transfers(name) < wanted(expected).transfers
        _finish(name, tmp_path)
        with databases.pointed_at(name):
            assert standing() == wanted(expected), f"seed {seed}"
    print(f"{kills} kills, {halfway} of them halfway; {took_s:.1f} s at most")
    assert halfway > 0, "no kill fell into the work"
