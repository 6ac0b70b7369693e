"""The terminals' pages in a browser: the board keeps itself up to date, gaps are ticked, parameters are proposed."""

from __future__ import annotations

import dataclasses

import pytest
from playwright.sync_api import expect

from onecard.access.models import Proposal
from onecard.kernel import clock
from onecard.terminals.actions.record_heartbeat import record_heartbeat
from onecard.terminals.models import Recollection, Terminal, TerminalBatch
from onecard.terminals.tests.test_board import BEAT
from tests.pages.conftest import LogIn

PAGES = ("/terminals/board/", "/terminals/exposure/", "/terminals/gaps/", "/terminals/parameterset/")
PHONE = {"width": 390, "height": 844}


def beat(code: str) -> None:
    told = dataclasses.replace(BEAT, sent_at=clock.now(), storage_pct=1)
    record_heartbeat(Terminal.objects.get(code=code).pk, told, heard_at=clock.now())


def test_the_board_keeps_itself_up_to_date_and_where_it_was(log_in: LogIn) -> None:
    page = log_in("admin")
    page.goto("/terminals/board/?q=shop")
    expect(page.locator(".oc-stack tbody tr")).to_have_count(1)
    asked = page.locator("#board").get_attribute("hx-trigger")
    assert asked is not None
    assert asked.startswith("every 5s")
    line = page.locator(".oc-stack tbody tr")
    expect(line).not_to_contain_text("1 %")
    beat("shop")
    expect(line).to_contain_text("1 %", timeout=20_000)
    expect(line).to_have_count(1)


def test_the_state_is_chosen_without_a_further_click(log_in: LogIn, address: str) -> None:
    page = log_in("auditor")
    page.goto("/terminals/board/")
    page.get_by_label("State").select_option("disabled")
    expect(page).to_have_url(f"{address}/terminals/board/?q=&merchant=&state=disabled")
    expect(page.locator(".oc-stack .oc-head")).to_contain_text("disabled")


def test_all_gaps_of_a_page_are_ticked_at_once(log_in: LogIn) -> None:
    page = log_in("settlement")
    page.goto("/terminals/gaps/")
    page.get_by_label("All on this page").check()
    places = page.locator("input[name=place]")
    assert places.count() > 1
    page.get_by_role("button", name="Ask the terminal again").click()
    expect(page.get_by_text(f"for what you chose: {places.count()}.")).to_be_visible()
    assert Recollection.objects.filter(asked_by="settlement").count() == places.count()


def test_parameters_are_proposed_from_what_holds(log_in: LogIn) -> None:
    page = log_in("admin")
    page.goto("/terminals/parameterset/")
    page.get_by_role("link", name="Propose parameters").click()
    expect(page.locator("#id_meal_periods")).to_have_value("Lunch 10:30-13:30")
    page.fill("#id_prices", "D1 Rice")
    page.fill("#id_reason", "a price list")
    page.get_by_role("button", name="Propose parameters").click()
    expect(page.get_by_text("Line 1: write code, name and price in yuan")).to_be_visible()
    expect(page.locator("#id_prices")).to_have_value("D1 Rice")
    page.fill("#id_prices", "D1 Rice 1.50")
    page.get_by_role("button", name="Propose parameters").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    payload = Proposal.objects.get(action="terminals.publish_parameters").payload
    assert payload["content"]["prices"] == [{"code": "D1", "name": "Rice", "price_fen": 150}]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_fit_a_phone_and_nothing_breaks(log_in: LogIn, path: str) -> None:
    assert TerminalBatch.objects.exists()
    page, problems = log_in("auditor", viewport=PHONE), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert problems == []
