"""Read chunks of the ledger with several processes, each on a connection of its own. No Django here: it starts in a blink.

Hashing a transfer costs Python half of what PostgreSQL spends on sending it, so two processes keep two cores busy. Each holds one
chunk at a time; what comes back is 40 bytes a chunk.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import psycopg

from onecard.closing.day_tree import Chunk, read_chunk

CHUNKS_A_TASK = 4
_connections: list[psycopg.Connection[Any]] = []


def read_chunks(conninfo: str, *, ranges: Sequence[tuple[int, int]], processes: int) -> Iterator[Chunk]:
    """The chunks of these id ranges in order, read by so many processes. An error in one of them is raised here."""
    pool = ProcessPoolExecutor(
        processes, mp_context=multiprocessing.get_context("spawn"), initializer=_connect, initargs=(conninfo,)
    )
    try:
        yield from pool.map(_read, ranges, chunksize=CHUNKS_A_TASK)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _connect(conninfo: str) -> None:
    _connections.append(psycopg.connect(conninfo, autocommit=True, application_name="onecard verify"))


def _read(ends: tuple[int, int]) -> Chunk:
    return read_chunk(_connections[0], first_id=ends[0], last_id=ends[1])
