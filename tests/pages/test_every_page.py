"""Every list and board of the permission table in a browser on a phone, in both languages, as somebody who may see it.

The pages of rows and deeds are of one template each; the rooms' journeys go through them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.kernel import messages
from onecard.web.tests import campus
from onecard.web.tests.permission_table import OF_NO_ROW, TABLE, address_of
from tests.pages.conftest import LogIn
from tests.world import CARD_NO

PHONE = {"width": 390, "height": 844}
WHO = tuple(campus.OPERATORS)[1:]
"""The columns of the permission table."""
OWN_PAGES = ("admin:who_did_what", "admin:audit_event_verify")
NO_PAGES = ("_add", "_export", "jsi18n", ":figures", "_boardlines", ":pdf", ":excel", ":confirm", ":disable", ":correction")
"""Forms, files, parts of pages, what is only sent; the merchants' form about a sale has a journey of its own."""
KEPT = "admin:papers_paper"
"""Papers stay in the language in which they were issued."""
DATA = {"English", "中文", "Excel", "bank", "terms", "merchant", *WHO, *(name.title() for name in (*WHO, *CARD_NO))}
"""The language switch, and names of the cast that are also texts of ours."""
LOOK = """() => {
    const texts = new Set();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const within = walker.currentNode.parentElement;
        if (!within.closest('script, style, template, .material-symbols-outlined'))
            texts.add(walker.currentNode.textContent.trim());
    }
    for (const name of ['aria-label', 'title', 'placeholder'])
        for (const one of document.querySelectorAll(`[${name}]`)) texts.add(one.getAttribute(name).trim());
    const nameOf = one => {
        const plain = one.cloneNode(true);
        plain.querySelectorAll('.material-symbols-outlined').forEach(sign => sign.remove());
        const titled = [one, ...one.querySelectorAll('[title], [aria-label]')];
        const labels = [...(one.labels ?? [])].map(label => label.textContent);
        return [plain.textContent, ...titled.flatMap(it => [it.title, it.ariaLabel]), ...labels];
    };
    const controls = document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea');
    const asked = [...controls].filter(one => one.checkVisibility() && !one.closest('[aria-hidden=true]'));
    return {
        width: document.documentElement.scrollWidth,
        texts: [...texts],
        nameless: asked.filter(one => !nameOf(one).some(text => text?.trim())).map(one => one.outerHTML.slice(0, 150)),
    };
}"""
"""How wide the page is, every text on it, and the controls that a screen reader has no name for."""


@pytest.fixture(scope="module")
def whole_site(address: str) -> str:
    """The site with a row of every kind, and somebody who approves."""
    campus.propose()
    campus.deliver_roster()
    campus.deliver_feed_to_doors()
    campus.set_a_policy()
    campus.settle()
    campus.end_month()
    campus.see_off()
    campus.limit()
    personnel = Actor.system("personnel")
    create_operator(personnel, "boss", full_name="Boss", password=campus.PASSWORD, must_change_password=False)
    assign_posts(personnel, "boss", posts=[Post.DIRECTOR, Post.FINANCE])
    return address


def visits(choose: Callable[[list[str]], str]) -> Iterator[tuple[str, str]]:
    """Pages by name, and who of those that the table lets in looks; what it leaves to approvers and merchants, those do."""
    for name, line in TABLE.items():
        is_of_a_row = name.count("_") > 1 and name.rpartition("_")[2] not in OF_NO_ROW and name not in OWN_PAGES
        if not (is_of_a_row or name.endswith(NO_PAGES) or 405 in line):
            may = [who for who, status in zip(WHO, line, strict=True) if status == 200]
            yield name, choose(may) if may else "hu" if name.startswith("portal:") else "boss"


def wrong_texts(texts: Iterable[str], *, locale: str) -> set[str]:
    """The texts of the page that stand in our catalogues in the other language."""
    known = {text: chinese for path in messages.catalogues() for text, chinese in messages.read(path).items() if text and chinese}
    other = known.keys() - known.values() if locale == "zh-CN" else set(known.values()) - known.keys()
    return {text for text in texts if text in other and text not in DATA}


def look(page: Page, name: str, *, locale: str) -> dict[str, Any]:
    """What is wrong with the page; empty when nothing is."""
    response = page.goto(address_of(name))
    assert response is not None
    seen = page.evaluate(LOOK)
    found = {
        "status": response.status if response.status != 200 else None,
        "width": seen["width"] if seen["width"] > PHONE["width"] else None,
        "in the other language": not name.startswith(KEPT) and wrong_texts(seen["texts"], locale=locale),
        "nameless": seen["nameless"],
    }
    return {what: value for what, value in found.items() if value}


@pytest.mark.parametrize(("locale", "choose"), [("zh-CN", min), ("en-US", max)], ids=["chinese", "english"])
def test_pages_fit_a_phone_and_speak_one_language(
    whole_site: str, log_in: LogIn, locale: str, choose: Callable[[list[str]], str]
) -> None:
    pages: dict[str, Page] = {}
    wrong: dict[str, Any] = {}
    said: list[str] = []
    for name, who in visits(choose):
        if who not in pages:
            pages[who] = log_in(who, locale=locale, viewport=PHONE)
            pages[who].on("pageerror", lambda problem: said.append(str(problem)))
            pages[who].on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        found = look(pages[who], name, locale=locale)
        if found or said:
            wrong[f"{name} ({who})"] = {**found, "console": list(said)}
            said.clear()
    assert not wrong, "\n".join(f"{page}: {found}" for page, found in wrong.items())
