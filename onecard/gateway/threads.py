"""Threads with a database connection each, closed in the end by the thread that opened it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection


class DatabaseThreads:
    """A fixed number of threads for calls that use the database."""

    def __init__(self, name: str, *, count: int) -> None:
        self._count = count
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def run(self, function: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        """Run it in one of the threads; the future belongs to the running loop."""
        return asyncio.get_running_loop().run_in_executor(self._pool, function, *arguments)

    async def close(self) -> None:
        """Wait for what runs, then close every thread's connection and end the threads."""
        together = threading.Barrier(self._count)  # holds each thread until all have come: so every one of them closes its own

        def end() -> None:
            connection.close()
            together.wait()

        await asyncio.gather(*(self.run(end) for _ in range(self._count)))
        self._pool.shutdown()
