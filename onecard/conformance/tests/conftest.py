"""A real gateway process on a database of its own, made ready for the kit."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from onecard.conformance.kit import Post
from onecard.conformance.preparing import prepare
from onecard.ledger.actions.open_accounts import open_centre_accounts
from tests.databases import ROOT
from tests.serving import answers, eventually, free_port
from tests.world import broken_invariants


@dataclasses.dataclass(frozen=True, slots=True)
class Ready:
    """A gateway's address, and what `prepare` made for the kit."""

    address: str
    posts: dict[str, Post]
    cards: dict[str, int]


@pytest.fixture
def ready(own_database: str, django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> Iterator[Ready]:
    """The gateway, answering; the invariants hold afterwards."""
    port, log = free_port(), tmp_path / "gateway.log"
    command = [sys.executable, "-m", "tests.on_database", own_database, "gateway", "--port", str(port)]
    with django_db_blocker.unblock():
        open_centre_accounts()
        posts, cards = prepare()
        with log.open("w") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            eventually(lambda: process.poll() is not None or answers(port), log=log)
            yield Ready(f"http://127.0.0.1:{port}", posts, cards)
            assert broken_invariants() == {}
        finally:
            process.terminate()
            process.wait(60)
