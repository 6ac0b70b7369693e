"""The tree against a naive recursive model, and its paths."""

from __future__ import annotations

import hashlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onecard.closing import merkle
from onecard.closing.day_tree import CHUNK_IDS, Chunk, chunk_ranges, day_root

SIZES = st.one_of(st.integers(1, 40), st.sampled_from([255, 256, 257, 272, 4095, 4096, 4097, 4113]))


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"\x00" + number.to_bytes(8, "big")).digest()


def leaves(count: int) -> list[bytes]:
    return [leaf(number) for number in range(count)]


def height(count: int) -> int:
    """Levels above the leaves."""
    return 0 if count <= 1 else 1 + height(-(-count // 16))


def naive_top(hashes: list[bytes], *, levels: int) -> bytes:
    """A node of `levels` levels: split into the full subtrees below it and hash them; the definition, word for word."""
    if levels == 0:
        [only] = hashes
        return only
    below = 16 ** (levels - 1)
    children = [naive_top(hashes[at : at + below], levels=levels - 1) for at in range(0, len(hashes), below)]
    return hashlib.sha256(b"\x01" + b"".join(children)).digest()


def naive_root(hashes: list[bytes]) -> bytes:
    top = naive_top(hashes, levels=height(len(hashes)))
    return hashlib.sha256(b"\x02" + len(hashes).to_bytes(8, "big") + top).digest()


@settings(deadline=None)
@given(SIZES)
def test_root_is_that_of_the_naive_tree(count: int) -> None:
    assert merkle.root(leaves(count)) == naive_root(leaves(count))


def test_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@settings(deadline=None)
@given(SIZES, st.data())
def test_path_leads_to_the_root(count: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, count - 1))
    steps = merkle.path(leaves(count), position=position)
    assert merkle.bind(merkle.climb(leaf(position), steps), count=count) == merkle.root(leaves(count))


@settings(deadline=None)
@given(st.integers(2, 600), st.data())
def test_path_of_one_leaf_does_not_serve_another(count: int, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, count - 1))
    other = data.draw(st.integers(0, count - 1).filter(lambda number: number != position))
    steps = merkle.path(leaves(count), position=position)
    assert merkle.bind(merkle.climb(leaf(other), steps), count=count) != merkle.root(leaves(count))


@settings(deadline=None)
@given(st.integers(1, 300), st.data())
def test_every_change_of_the_leaves_changes_the_root(count: int, data: st.DataObject) -> None:
    original = leaves(count)
    at = data.draw(st.integers(0, count - 1))
    changed = [*original[:at], leaf(10_000), *original[at + 1 :]]
    roots = {merkle.root(changed), merkle.root([*original, original[-1]]), merkle.root([*original[:at], *original[at + 1 :]])}
    assert merkle.root(original) not in roots


def test_a_lone_last_child_is_wrapped() -> None:
    seventeen = merkle.parents(leaves(17))
    assert seventeen[1] == hashlib.sha256(b"\x01" + leaf(16)).digest()


@pytest.mark.parametrize(
    "step",
    [
        merkle.Step(position=-1, siblings=(leaf(1),)),
        merkle.Step(position=2, siblings=(leaf(1),)),
        merkle.Step(position=0, siblings=(leaf(1)[:31],)),
        merkle.Step(position=0, siblings=tuple(leaves(16))),
    ],
)
def test_impossible_steps_are_refused(step: merkle.Step) -> None:
    with pytest.raises(ValueError, match="no tree has"):
        merkle.climb(leaf(0), [step])


def test_path_of_a_leaf_outside_is_refused() -> None:
    with pytest.raises(IndexError):
        merkle.path(leaves(3), position=3)


@settings(deadline=None)
@given(st.integers(1, 3 * CHUNK_IDS), st.integers(0, 3 * CHUNK_IDS))
def test_chunks_cover_the_ids_once_and_end_on_their_border(first: int, length: int) -> None:
    ranges = list(chunk_ranges(first, first + length))
    assert ranges[0][0] == first
    assert ranges[-1][1] == first + length
    assert all(end + 1 == start for (_, end), (start, _) in itertools.pairwise(ranges))
    assert all(start // CHUNK_IDS == end // CHUNK_IDS for start, end in ranges)


def test_chunks_without_transfers_leave_no_trace() -> None:
    one, two = Chunk(3, leaf(1)), Chunk(4, leaf(2))
    assert day_root([one, Chunk(0, merkle.EMPTY_ROOT), two]) == day_root([one, two])
    assert day_root([]) == merkle.EMPTY_ROOT
    assert list(chunk_ranges(None, None)) == []
