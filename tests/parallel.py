"""Run things at the same time: threads with database connections of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
