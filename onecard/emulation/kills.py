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

BACK_S = 60.0


class Killer:
    """Kills by a seed; whatever dies is to come back: PostgreSQL by this class, gateways by `onecard up`."""

    def __init__(self, address: str, *, seed: int) -> None:
        self._port = urlsplit(address).port or 80
        self._random = Random(f"kills {seed}")

    async def kill_often(self, *, times: int, within_s: float) -> None:
        """So many kills at random moments, about evenly spread over the time; each waits until the victim is back."""
        for _ in range(times):
            await asyncio.sleep(self._random.uniform(0.2, 1.8) * within_s / times)
            if self._random.random() < 0.5:
                await self._kill_gateway()
            else:
                await self._kill_postgres()

    async def _kill_gateway(self) -> None:
        for process in _listening(self._port):
            with contextlib.suppress(ProcessLookupError):  # it may be dying already
                os.kill(process, signal.SIGKILL)
        await _until(lambda: bool(_listening(self._port)))

    async def _kill_postgres(self) -> None:
        pid = postgres.status().pid
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await _until(lambda: not psutil.pid_exists(pid))
        await asyncio.to_thread(postgres.ensure_running)


def _listening(port: int) -> list[int]:
    """The processes that listen there."""
    found = psutil.net_connections("tcp")
    return sorted({one.pid for one in found if one.status == psutil.CONN_LISTEN and one.laddr.port == port and one.pid})


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BACK_S):
        while not condition():
            await asyncio.sleep(0.05)
