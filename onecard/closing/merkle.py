"""A Merkle tree with sixteen children a node: pure, no input or output.

Hashes are SHA-256. What is hashed begins with its own byte, so that nothing can be passed off as something else: 0x00 a leaf's
bytes (leaves.py), 0x01 an inner node, 0x02 a tree's root, which also binds the number of leaves. Sixteen children instead of two
make a fifteenth of the inner nodes; a path is then up to 15 hashes a level, which a card holder's proof can bear.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence

ARITY = 16
HASH_BYTES = 32
NODE = b"\x01"
ROOT = b"\x02"
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of a tree without leaves."""


@dataclasses.dataclass(frozen=True, slots=True)
class Step:
    """One level of a path: the hash so far is child `position` (from 0), `siblings` are the node's other children in order."""

    position: int
    siblings: tuple[bytes, ...]


def parents(level: Sequence[bytes]) -> list[bytes]:
    """The level above: each sixteen hashes become one node; a last one that is left alone is wrapped as well."""
    sha256, join = hashlib.sha256, b"".join
    return [sha256(NODE + join(level[start : start + ARITY])).digest() for start in range(0, len(level), ARITY)]


def root(leaves: Sequence[bytes], *, count: int | None = None) -> bytes:
    """The root over leaf hashes in order. It binds `count`, the number of leaves unless the caller's leaves are trees again."""
    if not leaves:
        return EMPTY_ROOT
    level = leaves
    while len(level) > 1:
        level = parents(level)
    return bind(level[0], count=len(leaves) if count is None else count)


def bind(top: bytes, *, count: int) -> bytes:
    """The root made of a tree's top node and its number of leaves."""
    return hashlib.sha256(ROOT + count.to_bytes(8, "big") + top).digest()


def path(leaves: Sequence[bytes], *, position: int) -> tuple[Step, ...]:
    """The way from the leaf at `position` (from 0) up to the top node; empty when it is the only leaf."""
    if not 0 <= position < len(leaves):
        raise IndexError(f"there is no leaf {position} among {len(leaves)}")
    steps = []
    level = leaves
    while len(level) > 1:
        start = position - position % ARITY
        group = level[start : start + ARITY]
        siblings = (*group[: position - start], *group[position - start + 1 :])
        steps.append(Step(position=position - start, siblings=siblings))
        level = parents(level)
        position //= ARITY
    return tuple(steps)


def climb(leaf: bytes, steps: Sequence[Step]) -> bytes:
    """The top node that a leaf hash reaches by a path. ValueError for a step that no tree of sixteen children has."""
    reached = leaf
    for step in steps:
        if not 0 <= step.position <= len(step.siblings) < ARITY or any(len(one) != HASH_BYTES for one in step.siblings):
            raise ValueError("the path has a step that no tree has")
        children = (*step.siblings[: step.position], reached, *step.siblings[step.position :])
        reached = hashlib.sha256(NODE + b"".join(children)).digest()
    return reached
