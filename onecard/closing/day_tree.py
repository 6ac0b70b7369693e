"""The Merkle tree over a day's transfers, in two storeys, so that it can be built in parallel and in little memory.

Transfers whose ids agree but for the last 16 bits form a chunk with a tree of its own; the day's tree stands on the roots of the
chunks that are not empty, in order. A chunk needs no other: two processes share a day, and none holds more than 65,536 hashes.
No Django here: the verifier's worker processes import this module.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import psycopg

from onecard.closing import merkle
from onecard.closing.leaves import leaf_hashes

CHUNK_IDS = 1 << 16


@dataclasses.dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk's number of transfers and the root of its tree."""

    count: int
    root: bytes


def chunk_ranges(first_id: int | None, last_id: int | None) -> Iterator[tuple[int, int]]:
    """The id ranges (both ends included) of the chunks between two ids; none for a day without transfers."""
    if first_id is None or last_id is None:
        return
    start = first_id
    while start <= last_id:
        end = min(start - start % CHUNK_IDS + CHUNK_IDS - 1, last_id)
        yield start, end
        start = end + 1


def chunk_of(digests: Sequence[bytes]) -> Chunk:
    """The chunk over these leaf hashes."""
    return Chunk(count=len(digests), root=merkle.root(digests))


def read_chunk(connection: psycopg.Connection[Any], *, first_id: int, last_id: int) -> Chunk:
    """The chunk of the transfers first_id..last_id, read from the database."""
    return chunk_of(leaf_hashes(connection, first_id=first_id, last_id=last_id))


def day_root(chunks: Iterable[Chunk]) -> bytes:
    """The root of a day: over its chunks' roots, bound to its number of transfers."""
    filled = [chunk for chunk in chunks if chunk.count]
    return merkle.root([chunk.root for chunk in filled], count=sum(chunk.count for chunk in filled))
