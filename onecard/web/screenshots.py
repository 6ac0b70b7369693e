"""README's pictures, taken from the running demo: `make demo` in one terminal, `make screenshots` in another.

Logs in with the demo's own passwords, as whoever a page is for, and writes docs/images/*.png. Needs Chromium.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

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
MOST_BYTES = 250_000


class Picture(NamedTuple):
    """A file's name, who looks at which page, what is clicked there first, the browser's language, its colours and size."""

    name: str
    who: str
    path: str
    click: str = ""
    locale: str = "en-US"
    colours: str = "light"
    size: tuple[int, int] = (1440, 860)


PICTURES = (
    Picture("dashboard", "director", "/"),
    Picture("counter", "clerk", "/counter/?q=2026000002", locale="zh-CN"),
    Picture("board", "director", "/boards/director/", colours="dark"),
    Picture("statement", "settlement", "/settlement/statement/", click="#result_list tbody a"),
    Picture("month", "finance", "/month/", locale="zh-CN"),
    Picture("merchant", "merchant", "/merchant/", locale="zh-CN", size=(390, 844)),
)


def main(address: str = "http://127.0.0.1:8000") -> None:
    """Take every picture; says what is missing when the demo does not run or there is no Chromium."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("no Chromium on this machine: apt-get install chromium")
    passwords = _passwords()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        for path in _take_all(browser, address=address, passwords=passwords):
            sys.stdout.write(f"{path.relative_to(IMAGES.parents[1])} {path.stat().st_size:,} bytes\n")
        browser.close()


def _passwords() -> dict[str, str]:
    from onecard.kernel.env import var_folder

    file = var_folder() / "demo-logins.txt"
    if not file.exists():
        raise SystemExit(f"{file} is not there: run make demo first and leave it serving")
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {parts[0]: parts[1] for parts in lines}


def _take_all(browser: Browser, *, address: str, passwords: dict[str, str]) -> Iterator[Path]:
    for picture in PICTURES:
        width, height = picture.size
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=picture.locale,
            color_scheme=picture.colours,  # type: ignore[arg-type]
            base_url=address,
        )
        page = context.new_page()
        _log_in(page, who=picture.who, password=passwords[picture.who])
        page.goto(picture.path)
        if picture.click:
            page.click(picture.click)
        page.wait_for_load_state("networkidle")
        path = IMAGES / f"{picture.name}.png"
        page.screenshot(path=path)
        context.close()
        if path.stat().st_size > MOST_BYTES:
            raise SystemExit(f"{path} has more than {MOST_BYTES:,} bytes")
        yield path


def _log_in(page: Page, *, who: str, password: str) -> None:
    page.goto("/login/")
    page.fill("#id_username", who)
    page.fill("#id_password", password)
    page.click("#login-form button[type=submit]")
    page.wait_for_url(lambda url: "/login/" not in url)


if __name__ == "__main__":
    main(*sys.argv[1:])
