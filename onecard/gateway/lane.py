"""Group commit: requests that wait together are booked together, a few batches in flight, a bounded number waiting.

Each lane has as many threads (and database connections) as it keeps batches in flight. While they work, what arrives waits; the
next free thread takes all of it, up to a batch's size. So a quiet gateway answers one request at once, and a busy one books
hundreds in one transaction.
"""

from __future__ import annotations

import asyncio
import dataclasses
import functools
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection

from onecard.gateway.refusals import Refused, refused
from onecard.gateway.threads import DatabaseThreads
from onecard.terminals.types import TerminalPass

T = TypeVar("T")
R = TypeVar("R")
RETRY_AFTER_S = 2
log = logging.getLogger("onecard.gateway")


@dataclasses.dataclass(slots=True, eq=False)
class Job(Generic[T]):
    """One request's records on their way through a lane."""

    terminal: TerminalPass
    items: Sequence[T]
    future: asyncio.Future[Any]


Book = Callable[[list[Job[T]]], list[Any]]
"""Books the jobs in one transaction, in a thread of the lane; an answer, or a Refused, for each."""


class Lane(Generic[T]):
    """`submit` a request's items, await the answer. `book` runs in the lane's own threads."""

    def __init__(
        self, name: str, book: Book[T], *, batch: int, in_flight: int, most_waiting: int, seen: Callable[[int], None]
    ) -> None:
        self._name = name
        self._book = book
        self._batch = batch
        self._free = in_flight
        self._most_waiting = most_waiting
        self._seen = seen
        self._threads = DatabaseThreads(f"lane-{name}", count=in_flight)
        self._jobs: deque[Job[T]] = deque()
        self.waiting = 0
        self._is_stopping = False
        self._idle = asyncio.Event()
        self._idle.set()
        self._in_flight = in_flight

    async def submit(self, terminal: TerminalPass, items: Sequence[T]) -> Any:
        """Wait for the batch that these items go into; raises Refused (BUSY) when too many wait or the gateway stops."""
        if self._is_stopping or self.waiting + len(items) > self._most_waiting:
            raise refused("BUSY", retry_after_s=RETRY_AFTER_S)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        self._jobs.append(Job(terminal, items, future))
        self.waiting += len(items)
        if self._free:
            # Not now: what else arrived in this turn of the loop shall go along.
            loop.call_soon(self._start)
        answer = await future
        if isinstance(answer, Refused):
            raise answer
        return answer

    async def stop(self) -> None:
        """Take nothing more, finish what waits."""
        self._is_stopping = True
        await self._idle.wait()
        await self._threads.close()

    def _start(self) -> None:
        while self._free and self._jobs:
            jobs = self._next_batch()
            self._free -= 1
            self._idle.clear()
            done = self._threads.run(self._answers, jobs)
            done.add_done_callback(functools.partial(self._finish, jobs))

    def _next_batch(self) -> list[Job[T]]:
        jobs = [self._jobs.popleft()]
        size = len(jobs[0].items)
        while self._jobs and size + len(self._jobs[0].items) <= self._batch:
            jobs.append(self._jobs.popleft())
            size += len(jobs[-1].items)
        self.waiting -= size
        self._seen(size)
        return jobs

    def _finish(self, jobs: list[Job[T]], done: asyncio.Future[list[Any]]) -> None:
        self._free += 1
        for job, answer in zip(jobs, done.result(), strict=True):
            if not job.future.done():  # the client may have gone
                job.future.set_result(answer)
        if self._jobs:
            self._start()
        elif self._free == self._in_flight:
            self._idle.set()

    def _answers(self, jobs: list[Job[T]]) -> list[Any]:
        """In a lane's thread: an answer or a refusal for each job. One job's bad content must not fail the others."""
        try:
            return self._book(jobs)
        except (OperationalError, InterfaceError) as problem:
            log.error("lane %s: the database did not answer: %s", self._name, problem)  # noqa: TRY400 - no trace wanted
            connection.close()
            return [refused("BUSY", retry_after_s=RETRY_AFTER_S)] * len(jobs)
        except Exception as problem:
            if isinstance(problem, DatabaseError):
                connection.close()
            if len(jobs) > 1:
                return [answer for job in jobs for answer in self._answers([job])]
            log.exception("lane %s: a request of terminal %s failed", self._name, jobs[0].terminal.code)
            return [refused("BROKEN")]
