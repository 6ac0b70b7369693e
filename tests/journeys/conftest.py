"""What the journeys run on: an installation of their own, with its own server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from onecard.kernel import postgres


@pytest.fixture
def folder() -> Iterator[Path]:
    """A var folder. Not below pytest's own: that one is closed to others, and root's server runs as another user."""
    with tempfile.TemporaryDirectory(prefix="onecard-", ignore_cleanup_errors=True) as place:
        Path(place).chmod(0o755)
        yield Path(place) / "var"
        postgres.stop(Path(place) / "var" / "postgres", mode="immediate")
