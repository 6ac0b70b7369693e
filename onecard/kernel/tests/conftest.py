"""Servers of their own for the tests of the embedded PostgreSQL; none outlives its test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from onecard.kernel import postgres
from onecard.kernel.postgres import Server
from onecard.kernel.tests.servers import end, make_base


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder for a server that isn't there yet, in a parent of mode 0700."""
    base = make_base()
    (base / "postgres").mkdir()
    (base / "postgres" / "site.conf").write_text("shared_buffers = '16MB'\n")
    yield base / "postgres"
    end(base / "postgres")
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """The folder of a stopped server, to be copied: quicker than a new initdb each time."""
    base = make_base()
    postgres.ensure_running(base / "postgres")
    postgres.stop(base / "postgres")
    yield base / "postgres"
    shutil.rmtree(base)


@pytest.fixture
def server(folder: Path, template: Path) -> Server:
    """A running server."""
    subprocess.run(["cp", "-a", template / "data", folder / "data"], check=True)
    return postgres.ensure_running(folder)


@pytest.fixture(scope="module")
def shared_server() -> Iterator[Server]:
    """One server for the tests that only ask it."""
    base = make_base()
    yield postgres.ensure_running(base / "postgres")
    end(base / "postgres")
    shutil.rmtree(base)
