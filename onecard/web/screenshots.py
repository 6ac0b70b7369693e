"""README's pictures, taken from the running demo: `make demo` in one terminal, `make screenshots` in another.

Logs in with the demo's own passwords and writes docs/images/*.png. Needs Chromium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""Chromium without a desktop and without traffic of its own."""
IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZE = {"width": 1440, "height": 860}
MOST_BYTES = 300_000
OPERATOR = "director"
PICTURES = (
    ("dashboard", "/", "en-US", "light"),
    ("dashboard-zh", "/", "zh-CN", "light"),
    ("dashboard-dark", "/", "en-US", "dark"),
    ("purchases", "/purchases/purchase/", "en-US", "light"),
)
"""File, page, language of the browser, colours."""


def main(address: str = "http://127.0.0.1:8000") -> None:
    """Take every picture; says what is missing when the demo does not run or there is no Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium on this machine: apt-get install chromium")
    password = _password()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for path in _take_all(browser, address=address, password=password):
            sys.stdout.write(f"{path.relative_to(IMAGES.parents[1])} {path.stat().st_size:,} bytes\n")
        browser.close()


def _password() -> str:
    from onecard.kernel.env import var_folder

    file = var_folder() / "demo-logins.txt"
    if not file.exists():
        raise SystemExit(f"{file} is not there: run make demo first and leave it serving")
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return next(parts[1] for parts in lines if parts[0] == OPERATOR)


def _take_all(browser: Browser, *, address: str, password: str) -> Iterator[Path]:
    for name, page_path, locale, colours in PICTURES:
        context = browser.new_context(viewport=SIZE, locale=locale, color_scheme=colours, base_url=address)  # type: ignore[arg-type]
        page = context.new_page()
        _log_in(page, password=password)
        page.goto(page_path)
        page.wait_for_load_state("networkidle")
        picture = IMAGES / f"{name}.png"
        page.screenshot(path=picture)
        context.close()
        if picture.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{picture} has more than {MOST_BYTES:,} bytes")
        yield picture


def _log_in(page: Page, *, password: str) -> None:
    page.goto("/login/")
    page.fill("#id_username", OPERATOR)
    page.fill("#id_password", password)
    page.click("#login-form button[type=submit]")
    page.wait_for_url("**/")


if __name__ == "__main__":
    main(*sys.argv[1:])
