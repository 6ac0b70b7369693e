"""A real gateway on a database of its own, and the browser's point of sale in Chromium in front of it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from onecard.purchases import queries as purchases
from onecard.terminals import queries as terminals
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from onecard.terminals.actions.publish_parameters import ParametersOutcome, publish_parameters
from tests import databases
from tests.pages.conftest import base_url, browser_type_launch_args
from tests.serving import answers, eventually, free_port
from tests.world import World

__all__ = ["base_url", "browser_type_launch_args"]
READY_S = 60
PAGE_MS = 45_000
"""More than the longest pause between two tries to reach the centre."""
DISHES = [
    {"code": "01", "name": "红烧肉", "price_fen": 1_200},
    {"code": "02", "name": "番茄炒蛋", "price_fen": 600},
    {"code": "03", "name": "米饭", "price_fen": 100},
]
OFFLINE = {
    "is_allowed": True,
    "single_limit_fen": 2_000,
    "card_limit_fen": 2_500,
    "total_limit_fen": 4_000,
    "max_records": 10,
    "max_hours": 1,
}


class GatewayProcess:
    """`onecard gateway` on the database, at one port; it can be stopped, killed and started again."""

    def __init__(self, database: str, *, log: Path) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._command = [sys.executable, "-m", "tests.on_database", database, "gateway", "--port", str(self.port)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until it answers."""
        with self._log.open("a") as output:
            process = subprocess.Popen(self._command, stdout=output, stderr=subprocess.STDOUT, cwd=databases.ROOT)
        self._process = process
        eventually(lambda: process.poll() is not None or answers(self.port), log=self._log, within_s=READY_S)
        assert process.poll() is None, self._log.read_text()

    def stop(self) -> None:
        """End it as a service is ended."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(READY_S)
            self._process = None


@pytest.fixture
def gateway(own_world: World, own_database: str, tmp_path: Path) -> Iterator[GatewayProcess]:
    """A gateway on the cast's own database."""
    served = GatewayProcess(own_database, log=tmp_path / "gateway.log")
    served.start()
    yield served
    served.stop()


class Pos:
    """The page as a person at the till uses it."""

    def __init__(self, page: Page, world: World) -> None:
        page.set_default_timeout(PAGE_MS)
        page.on("console", lambda message: print(message.text))  # pytest shows it when the test fails
        page.on("pageerror", lambda problem: self.problems.append(str(problem)))
        self.page = page
        self.problems: list[str] = []
        self.world = world

    def open(self, address: str, *, path: str = "/pos/") -> Pos:
        """Load it."""
        self.page.goto(address + path)
        return self

    def enrol(self, terminal: str = "plain") -> Pos:
        """Make it the terminal by a code from the terminal's page."""
        code = issue_enrolment_code(self.world.cast.clerk, terminal).code
        self.page.fill("#enrol-terminal", terminal)
        self.page.fill("#enrol-code", code.lower())
        self.page.click("#enrol-form button.main")
        self.is_online()
        return self

    def is_online(self) -> None:
        """Wait until the strip says so."""
        expect(self.page.locator("#state")).to_have_attribute("data-is", "good", timeout=PAGE_MS)

    def is_stopped(self) -> None:
        """Wait until the strip says so."""
        expect(self.page.locator("#state")).to_have_attribute("data-is", "bad", timeout=PAGE_MS)

    def is_offline(self) -> None:
        """Wait until the strip says so."""
        expect(self.page.locator("#state")).to_have_attribute("data-is", "warn", timeout=PAGE_MS)

    def key(self, amount: str) -> None:
        """Key the amount in."""
        expect(self.page.locator("#till")).to_be_visible(timeout=PAGE_MS)
        if self.page.locator("#tabs").is_visible():
            self.page.click("#tab-keypad")
        self.page.click("[data-key=clear]")
        for key in amount:
            self.page.click(f'[data-key="{key}"]')

    def scan(self, card_no: int) -> None:
        """A scanner types the number and Enter, wherever the focus is."""
        self.page.keyboard.type(f"{card_no}")
        self.page.keyboard.press("Enter")

    def sell(self, amount: str, card_no: int, *, told: str) -> str:
        """Sell; the result's words once it is of this kind (paid, sold, declined, refused)."""
        self.key(amount)
        self.scan(card_no)
        return self.told(told)

    def told(self, kind: str) -> str:
        """The result's words once it is of this kind."""
        expect(self.page.locator("#result")).to_have_attribute("data-is", kind, timeout=PAGE_MS)
        return re.sub(r"\s+", " ", self.page.inner_text("#result"))

    def all_sent(self) -> None:
        """Wait until nothing is left to send and the line stands."""
        self.is_online()
        expect(self.page.locator("#unsent")).to_be_hidden(timeout=PAGE_MS)

    def has_copy(self) -> None:
        """Wait until the service worker holds the page."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("navigator.serviceWorker.controller !== null")

    def kept(self, name: str) -> bool:
        """Whether the device keeps something of this name beside its journal."""
        script = """(name) => new Promise((resolve, reject) => {
            const opening = indexedDB.open("onecard-pos");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const one = opening.result.transaction("kept").objectStore("kept").get(name);
                one.onsuccess = () => { opening.result.close(); resolve(Boolean(one.result)); };
            };
        })"""
        is_kept: bool = self.page.evaluate(script, name)
        return is_kept

    def journal(self) -> list[dict[str, Any]]:
        """Every record of this device, oldest first."""
        script = """() => new Promise((resolve, reject) => {
            const opening = indexedDB.open("onecard-pos");
            opening.onerror = () => reject(opening.error);
            opening.onsuccess = () => {
                const all = opening.result.transaction("journal").objectStore("journal").getAll();
                all.onsuccess = () => { opening.result.close(); resolve(all.result); };
            };
        })"""
        rows: list[dict[str, Any]] = self.page.evaluate(script)
        return rows


Open = Callable[..., Pos]


@pytest.fixture
def open_pos(gateway: GatewayProcess, own_world: World, new_context: Callable[..., BrowserContext]) -> Open:
    """A browser of its own at the page."""

    def open_page(*, locale: str = "en-US", **options: Any) -> Pos:
        context = new_context(locale=locale, **options)
        return Pos(context.new_page(), own_world).open(gateway.address)

    return open_page


def publish(world: World, *, offline: Mapping[str, object] = OFFLINE, **more: object) -> None:
    """Parameters for all terminals from now on."""
    content = {"heartbeat_s": 1, "prices": DISHES, "offline": offline, **more}
    since = "2026-01-01T00:00:00+08:00"
    done = publish_parameters(world.cast.clerk, "all", content=content, effective_from=since, reason="test")
    assert done is ParametersOutcome.DONE


def after_the_centre(drop: Callable[[Route], bool]) -> Callable[[Route], None]:
    """Let the request reach the centre, and lose its answer on the way back."""

    def handle(route: Route) -> None:
        if drop(route):
            route.fetch()
            route.abort()
        else:
            route.continue_()

    return handle


def assert_books_are(pos: Pos) -> None:
    """What the journal says took money is in the books, to the fen, and nothing else."""
    journal = {
        (row["batch_no"], row["seq"], int(row["card_no"]), row["amount_fen"])
        for row in pos.journal()
        if row["standing"] in ("PAID", "SOLD", "COLLECTED")
    }
    terminal_ids = pos.world.terminals.values()
    taken_back = purchases.reversed_records(terminal_ids)
    booked = {
        (row.batch_no, row.seq, row.card_no, row.amount_fen)
        for row in purchases.booked_records(terminal_ids)
        if row[:3] not in taken_back
    }
    assert booked == journal
    assert terminals.gaps() == []


def numbers_of(pos: Pos) -> list[int]:
    """The journal's numbers in order; without holes they are 1, 2, 3 …"""
    return [row["seq"] for row in pos.journal()]
