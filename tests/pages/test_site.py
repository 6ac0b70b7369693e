"""What an operator does in a browser: log in, read the day, switch the language, find purchases, report a loss; nothing else."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from onecard.audit.models import Event
from onecard.cards.types import CardState
from tests.pages.conftest import LogIn, fill_log_in
from tests.world import CARD_NO, card

CHANGING = ("Save", "Delete", "Add ", "Save and continue")
MONEY_PAGES = (
    "/purchases/purchase/",
    "/ledger/transfer/",
    "/ledger/account/",
    "/ledger/businessday/",
    "/ledger/daybalance/",
    "/ledger/heldrecord/",
    "/closing/dayreport/",
    "/closing/seal/",
    "/audit/event/",
)
BLACK_BELOW = 60
"""A page is dark when its background's channels are below this."""


def background(page: Page) -> list[int]:
    """The red, green and blue of the main area's background."""
    script = """() => {
        const canvas = document.createElement('canvas').getContext('2d');
        canvas.fillStyle = getComputedStyle(document.getElementById('main')).backgroundColor;
        canvas.fillRect(0, 0, 1, 1);
        return Array.from(canvas.getImageData(0, 0, 1, 1).data).slice(0, 3);
    }"""
    found: list[int] = page.evaluate(script)
    return found


def test_a_wrong_password_is_refused(log_in: LogIn, address: str) -> None:
    page = log_in(None)
    fill_log_in(page, who="auditor", password="wrong")
    expect(page.locator("#login-form")).to_be_visible()
    expect(page.get_by_text("Please enter the correct operator number and password")).to_be_visible()
    page.goto("/")
    expect(page).to_have_url(f"{address}/login/?next=/")


def test_who_has_no_post_gets_nowhere(log_in: LogIn) -> None:
    page = log_in(None)
    fill_log_in(page, who="outsider")
    expect(page.locator("#login-form")).to_be_visible()


def test_the_first_page_shows_the_day(log_in: LogIn) -> None:
    page = log_in("auditor")
    expect(page.get_by_text("2026-09-02", exact=True)).to_be_visible()
    expect(page.get_by_text("¥34.34")).to_be_visible()
    row = page.locator("tr", has_text="Canteen 1")
    expect(row.locator("td").last).to_have_text("27.34")
    expect(page.locator(".oc-hour", has_text="12").locator(".oc-column > span")).to_have_attribute("style", "height: 82%")
    right = row.locator("td").last.evaluate("cell => getComputedStyle(cell).textAlign")
    assert right == "right"


def test_the_figures_refresh_by_themselves(log_in: LogIn) -> None:
    page = log_in("auditor")
    asked = page.locator("#figures").get_attribute("hx-trigger")
    assert asked is not None
    assert asked.startswith("every 15s")
    with page.expect_response("**/figures/") as response:
        page.evaluate("htmx.ajax('GET', '/figures/', '#figures')")
    assert response.value.ok
    expect(page.get_by_text("¥34.34")).to_be_visible()


def test_a_session_that_ended_leads_to_the_log_in(log_in: LogIn, address: str) -> None:
    page = log_in("auditor")
    page.goto("/")
    page.context.clear_cookies()
    page.evaluate("htmx.ajax('GET', '/figures/', '#figures')")
    expect(page).to_have_url(f"{address}/login/?next=/")


def test_the_language_follows_the_browser_and_the_switch(log_in: LogIn) -> None:
    page = log_in(None, locale="zh-CN")
    expect(page.get_by_role("button", name="登录")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    fill_log_in(page, who="auditor")
    expect(page.get_by_text("营业额", exact=True)).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_text("Takings", exact=True)).to_be_visible()


def test_purchases_are_searched_and_filtered(log_in: LogIn) -> None:
    page = log_in("auditor")
    page.goto("/purchases/purchase/")
    expect(page.locator("#result_list tbody")).to_have_count(7)
    page.fill("#searchbar", str(CARD_NO["wang"]))
    page.press("#searchbar", "Enter")
    expect(page.locator("#result_list tbody")).to_have_count(2)
    page.goto("/purchases/purchase/")
    page.locator("#changelist a", has_text="Filters").click()
    page.fill("input[name=business_date_from]", "2026-09-02")
    page.get_by_role("button", name="Apply Filters").click()
    expect(page.locator("#result_list tbody")).to_have_count(4)
    expect(page).to_have_url(re.compile("business_date_from=2026-09-02"))


def test_from_a_purchase_to_its_transfer_and_account(log_in: LogIn) -> None:
    page = log_in("auditor")
    page.goto("/purchases/purchase/?q=plain/1/2")
    page.get_by_role("link", name="plain/1/2").click()
    page.locator("a[href^='/ledger/transfer/'][href$='/change/']").first.click()
    expect(page.get_by_text("Clocks")).to_be_visible()
    page.locator("a[href^='/ledger/account/']").first.click()
    expect(page.get_by_text("Balance", exact=True)).to_be_visible()


def test_report_a_loss(log_in: LogIn) -> None:
    page = log_in("clerk")
    page.goto("/cards/card/")
    page.fill("#searchbar", str(CARD_NO["chen"]))
    page.press("#searchbar", "Enter")
    page.get_by_role("link", name=str(CARD_NO["chen"]), exact=True).click()
    page.get_by_role("link", name="Report loss").click()
    page.get_by_role("button", name="Report loss").click()
    expect(page.get_by_text("Done: Report loss.")).to_be_visible()
    expect(page.locator(".oc-badge", has_text="Lost")).to_be_visible()
    event = Event.objects.filter(action="cards.report_loss", actor_id__isnull=False).get()
    assert (event.actor_name, event.subject, event.outcome) == ("clerk", str(CARD_NO["chen"]), "DONE")
    assert card("chen").state == CardState.LOST


@pytest.mark.parametrize("path", MONEY_PAGES)
def test_money_is_only_read(log_in: LogIn, path: str) -> None:
    page = log_in("auditor")
    page.goto(path)
    for place in (page, _first_row(page)):
        words = [text.strip() for text in place.locator("button, input[type=submit], a").all_inner_texts()]
        assert [text for text in words if text.startswith(CHANGING)] == []
        assert place.locator("input[name=_save], a.addlink, a.deletelink, input[name=_selected_action]").count() == 0
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    for target in (path, page.url):
        answer = page.request.post(target, form={"csrfmiddlewaretoken": token, "_save": "1"}, headers={"Referer": page.url})
        assert answer.status == 405
    assert page.request.get(f"{path}add/").status == 404


def _first_row(page: Page) -> Page:
    page.locator("#result_list tbody a").first.click()
    page.wait_for_url("**/change/**")
    return page


def test_dark_mode_is_chosen_and_kept(log_in: LogIn) -> None:
    page = log_in("auditor", color_scheme="light")
    assert min(background(page)) > 255 - BLACK_BELOW
    page.locator("nav#nav-sidebar-inner .cursor-pointer", has_text="Auditor").click()
    page.locator("#nav-sidebar-inner").get_by_text("Dark", exact=True).click()
    expect(page.locator("html.dark")).to_have_count(1)
    page.reload()
    expect(page.locator("html.dark")).to_have_count(1)
    assert max(background(page)) < BLACK_BELOW


def test_pages_fit_a_phone(log_in: LogIn) -> None:
    page = log_in("auditor", viewport={"width": 390, "height": 844})
    for path in ("/", *MONEY_PAGES):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_no_page_breaks_in_the_browser(log_in: LogIn) -> None:
    page, problems = log_in("auditor"), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    for path in ("/", *MONEY_PAGES, "/cards/card/", "/people/person/", "/terminals/terminal/", "/access/operator/"):
        page.goto(path)
    assert problems == []
