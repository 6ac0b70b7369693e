"""Kill -9 at random moments: gateway processes and PostgreSQL, while terminals trade (embedded server only)."""

from __future__ import annotations

import asyncio
import contextlib
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

    Whatever dies is to come back: the whole PostgreSQL by this class, everything else by itself or by `onecard up`.
    """

    def __init__(self, address: str, *, seed: int) -> None:
        self._port = urlsplit(address).port or 80
        self._random = Random(f"kills {seed}")
        self._victims = (self._kill_gateway, self._kill_gateway_process, self._kill_postgres, self._kill_postgres_process)

    async def kill_often(self, *, times: int, within_s: float) -> None:
        """So many kills at random moments, about evenly spread over the time; each waits until the victim is back."""
        for _ in range(times):
            await asyncio.sleep(self._random.uniform(0.2, 1.8) * within_s / times)
            await self._random.choice(self._victims)()

    async def _kill_gateway(self) -> None:
        for pid in _listening(self._port):
            _kill(pid)
        await _until(lambda: bool(_listening(self._port)))

    async def _kill_gateway_process(self) -> None:
        listening = _listening(self._port)
        if listening:
            _kill(self._random.choice(listening))
        await _until(lambda: bool(_listening(self._port)))

    async def _kill_postgres(self) -> None:
        pid = postgres.status().pid
        if pid is None:
            return
        _kill(pid)
        await _until(lambda: not psutil.pid_exists(pid))
        await asyncio.to_thread(postgres.ensure_running)

    async def _kill_postgres_process(self) -> None:
        """A server process that dies takes all others with it; the postmaster recovers and goes on."""
        pid = postgres.status().pid
        with contextlib.suppress(psutil.NoSuchProcess):
            processes = sorted(one.pid for one in psutil.Process(pid).children()) if pid else []
            if processes:
                _kill(self._random.choice(processes))


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # it may be dying already
        os.kill(pid, signal.SIGKILL)


def _listening(port: int) -> list[int]:
    """The processes that listen there."""
    found = psutil.net_connections("tcp")
    return sorted({one.pid for one in found if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid})


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BACK_S):
        while not condition():
            await asyncio.sleep(0.05)
