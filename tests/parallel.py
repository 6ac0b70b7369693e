"""Run things beside the test: threads with database connections of their own, coroutines with a loop of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connections

R = TypeVar("R")


def at_once(functions: Sequence[Callable[[], R]], *, timeout_s: float = 60) -> list[R]:
    """Start all functions at the same moment, a thread and connection each; their results in order, or the first error."""
    start = threading.Barrier(len(functions))

    def run(function: Callable[[], R]) -> R:
        try:
            start.wait(timeout_s)
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(functions)) as pool:
        futures = [pool.submit(run, function) for function in functions]
        return [future.result(timeout_s) for future in futures]


def finished(coroutine: Coroutine[Any, Any, R]) -> R:
    """What it returns. It runs in a thread, since the browser tests keep an event loop running in the main one."""

    def run() -> R:
        try:
            return asyncio.run(coroutine)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result()
