"""A real server on a database of its own, and Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from pytest_django.plugin import DjangoDbBlocker

from onecard.web.screenshots import ARGUMENTS
from onecard.web.tests import campus
from tests import databases
from tests.serving import answers, eventually, free_port
from tests.world import broken_invariants, build

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FAKE_CAMERA = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
READY_S = 60
PAGE_MS = 15_000


@pytest.fixture(scope="session")
def base_url() -> str:
    """In place of pytest-base-url's, which warns with pytest 9; each browser is opened at the address of its module."""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium; without it these tests are skipped, and fail where CI promises it."""
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("the page tests need Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    return {"executable_path": CHROMIUM, "args": [*ARGUMENTS, *FAKE_CAMERA], "headless": True}


@pytest.fixture(scope="module")
def address(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `onecard web` on a fresh database with the cast, two days of business and an operator per post."""
    name, log = f"pages_{uuid.uuid4().hex[:12]}", tmp_path_factory.mktemp("pages") / "server.log"
    with django_db_blocker.unblock():
        databases.copy_template(name)
        with databases.pointed_at(name):
            world = build()
            campus.populate(world)
            campus.issue()
            campus.appoint()
            campus.work_at_the_counter(world)
            with served(name, log=log) as port:
                yield f"http://127.0.0.1:{port}"
            assert broken_invariants() == {}
        with databases.server_connection() as server:
            databases.drop(name, server=server)


@contextmanager
def served(database: str, *, log: Path) -> Iterator[int]:
    """`onecard web` on the database, in a process of its own, until the block ends; its port."""
    port = free_port()
    command = [sys.executable, "-m", "tests.on_database", database, "web", "--port", str(port)]
    with log.open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=databases.ROOT)
    try:
        eventually(lambda: process.poll() is not None or answers(port), log=log, within_s=READY_S)
        assert process.poll() is None, log.read_text()
        yield port
    finally:
        process.terminate()
        process.wait(READY_S)


LogIn = Callable[..., Page]


@pytest.fixture(scope="module")
def sessions(address: str) -> dict[str, Any]:
    """The cookies of operators who logged in once, by name."""
    return {}


@pytest.fixture
def log_in(address: str, sessions: dict[str, Any], new_context: Callable[..., BrowserContext]) -> LogIn:
    """Open a browser at the first page as this operator, by the log-in page the first time (None: stay at the log-in page)."""

    def open_page(who: str | None, *, locale: str = "en-US", **options: Any) -> Page:
        context = new_context(base_url=address, locale=locale, storage_state=sessions.get(who or ""), **options)
        page = context.new_page()
        page.set_default_timeout(PAGE_MS)
        page.goto("/login/")
        if who is not None and who not in sessions:
            fill_log_in(page, who=who)
            page.wait_for_url(lambda url: "/login/" not in url)
            sessions[who] = context.storage_state()
        return page

    return open_page


def fill_log_in(page: Page, *, who: str, password: str = campus.PASSWORD) -> None:
    """Fill the log-in form and send it."""
    page.fill("#id_username", who)
    page.fill("#id_password", password)
    page.click("#login-form button[type=submit]")
