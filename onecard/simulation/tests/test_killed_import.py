"""SIGKILL at random moments of an import: the same command finishes, and the figures are exact.

A moment is what the import has booked by then, and a little later; ONECARD_SEED repeats them (as far as a machine can be
repeated), ONECARD_KILLS asks for more of them.
"""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker

from onecard.simulation.journal import TARIFF_LINE, write_journal
from onecard.simulation.tests.journals import standing, wanted
from tests import databases

KILLS = int(os.environ.get("ONECARD_KILLS") or 9)
KILLS_A_DATABASE = 3
LATER_S = 0.1
"""A kill comes at most so long after the import has booked what was drawn: as it books a file, between two, at its end."""
LOOK_EVERY_S = 0.01
LONGEST_S = 120
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


def _was_killed(process: subprocess.Popen[bytes], database: str, *, at_transfers: int, later_s: float) -> bool:
    """Kill the process when it has booked so much, a moment later; False when it was done before (and then it must be good)."""
    until = time.monotonic() + LONGEST_S
    with databases.server_connection(database) as connection:
        while _goes_on(process, for_s=LOOK_EVERY_S) and _transfers(connection) < at_transfers:
            assert time.monotonic() < until, "the import hangs"
    _goes_on(process, for_s=later_s)
    process.kill()
    _, complaint = process.communicate()
    assert process.returncode in (0, -signal.SIGKILL), complaint.decode()
    return process.returncode != 0


def _goes_on(process: subprocess.Popen[bytes], *, for_s: float) -> bool:
    """Whether the process is still at work after this time; at once when it is not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=for_s)
    return process.returncode is None


def _finish(database: str, folder: Path) -> None:
    """Let the command run to its end, which must be good."""
    process = _start(database, folder)
    _, complaint = process.communicate(timeout=LONGEST_S)
    assert process.returncode == 0, complaint.decode()


def _transfers(connection: psycopg.Connection[Any]) -> int:
    [(number,)] = connection.execute("select count(*) from ledger_transfer")
    return int(number)


@pytest.mark.slow
def test_a_killed_import_is_finished_by_the_same_command(tmp_path: Path, databases_in_turn: Iterator[str]) -> None:
    seed = int(os.environ.get("ONECARD_SEED") or secrets.randbelow(1_000_000))
    print(f"ONECARD_SEED={seed}")
    moments = random.Random(seed)
    expected = write_journal(tmp_path, seed=seed, days=5, registers=8, per_sheet=100)
    transfers = wanted(expected).transfers
    kills, halfway = 0, 0
    while kills < KILLS:
        name = next(databases_in_turn)
        for at_transfers in sorted(moments.randrange(transfers) for _ in range(KILLS_A_DATABASE)):
            process = _start(name, tmp_path)
            kills += _was_killed(process, name, at_transfers=at_transfers, later_s=moments.uniform(0, LATER_S))
            with databases.server_connection(name) as connection:
                halfway += 0 < _transfers(connection) < transfers
        _finish(name, tmp_path)
        with databases.pointed_at(name):
            assert standing() == wanted(expected), f"seed {seed}"
    print(f"{kills} kills, {halfway} of them halfway")
    assert halfway > 0, "no kill fell into the work"
