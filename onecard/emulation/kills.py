"""Kill -9 at random moments: gateway processes and PostgreSQL, while terminals trade (embedded server only)."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import signal
from collections.abc import Callable
from random import Random
from urllib.parse import urlsplit

import psutil

from onecard.kernel import postgres

BACK_S = 180.0


class Killer:
    """Kills by a seed: gateways or one process of theirs; PostgreSQL, or one process of it, which ends the work of all others.

    Whatever dies is to come back: a whole PostgreSQL by this class, everything else by itself or by `onecard up`.
    """

    def __init__(self, address: str, *, seed: int) -> None:
        self._port = urlsplit(address).port or 80
        self._random = Random(f"kills {seed}")

    async def kill_often(self, *, times: int, within_s: float) -> None:
        """So many kills at random moments, about evenly spread over the time; each waits until the victims are back."""
        for _ in range(times):
            await asyncio.sleep(self._random.uniform(0.2, 1.8) * within_s / times)
            victims = self._victims()
            for pid in victims:
                with contextlib.suppress(ProcessLookupError):  # it may be dying already
                    os.kill(pid, signal.SIGKILL)
            await _until(functools.partial(_are_gone, victims))
            await asyncio.to_thread(postgres.ensure_running)
            await _until(lambda: bool(_listening(self._port)))

    def _victims(self) -> list[int]:
        """All processes of gateways or of PostgreSQL's postmaster, or one of those that work for it."""
        is_whole = self._random.random() < 0.5
        if self._random.random() < 0.5:
            processes = _listening(self._port)
            return processes if is_whole else _one_of(processes, self._random)
        postmaster = postgres.status().pid
        if postmaster is None or is_whole:
            return [postmaster] if postmaster else []
        return _one_of(sorted(one.pid for one in psutil.Process(postmaster).children()), self._random)


def _are_gone(processes: list[int]) -> bool:
    return not any(psutil.pid_exists(pid) for pid in processes)


def _one_of(processes: list[int], random: Random) -> list[int]:
    return [random.choice(processes)] if processes else []


def _listening(port: int) -> list[int]:
    """The processes that listen there."""
    found = psutil.net_connections("tcp")
    return sorted({one.pid for one in found if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid})


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BACK_S):
        while not condition():
            await asyncio.sleep(0.05)
