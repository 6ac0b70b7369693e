"""Statements in a real browser: a clerk opens every figure; the head does, on a phone, and asks for a correction."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from onecard.settlement.models import CorrectionRequest
from onecard.web.tests import campus
from tests.pages.conftest import LogIn, fill_log_in


@pytest.fixture(scope="module", autouse=True)
def settled(address: str) -> None:
    """The canteen's first day, settled and paid."""
    campus.settle()


def test_a_clerk_opens_a_figure_to_its_transfers(log_in: LogIn) -> None:
    page = log_in("settlement")
    page.goto("/settlement/statement/")
    page.get_by_role("link", name="canteen 2026-09-01").first.click()
    net = page.locator(".oc-section", has_text="By terminal").locator("tfoot td").last
    expect(net).to_have_text("30.50")
    page.locator(".oc-section", has_text="By terminal").locator("tbody a").first.click()
    expect(page.locator("tfoot td").last).to_have_text("30.50")
    page.locator("tbody a").first.click()
    expect(page.get_by_text("10.00").first).to_be_visible()


def test_a_clerk_proposes_a_contract_and_enters_an_account(log_in: LogIn) -> None:
    page = log_in("settlement")
    page.goto("/merchants/merchant/")
    page.get_by_role("link", name="shop", exact=True).first.click()
    page.get_by_role("link", name="Enter a contract").click()
    expect(page.locator("#id_cycle")).to_have_value("month")
    page.fill("#id_number", "2026-7")
    page.fill("#id_begins_on", "2026-09-01")
    page.fill("#id_fee_rate_bp", "150")
    page.fill("#id_reason", "signed today")
    page.click(".oc-form button[type=submit]")
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    page.get_by_role("link", name="Enter a bank account").click()
    page.fill("#id_holder", "Shop Ltd")
    page.fill("#id_bank", "ICBC")
    page.fill("#id_account_no", "1234")
    page.click(".oc-form button[type=submit]")
    expect(page.get_by_text("a number has 8 to 34 letters and digits")).to_be_visible()
    page.fill("#id_account_no", "6222 0200 1111 2222")
    page.click(".oc-form button[type=submit]")
    page.goto("/merchants/bankaccount/")
    expect(page.get_by_text("…2222")).to_be_visible()


def test_a_head_on_a_phone_in_chinese(log_in: LogIn) -> None:
    page = log_in(None, locale="zh-CN", viewport={"width": 390, "height": 844})
    fill_log_in(page, who="hu")
    page.wait_for_url("**/merchant/")
    page.get_by_role("link", name="结算单").click()
    page.locator("a.oc-tile").first.click()
    expect(page.get_by_text("净销售额").first).to_be_visible()
    for path in ("", "statements/1/", "statements/1/transfers/", "terminals/", "people/", "corrections/"):
        page.goto(f"/merchant/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto("/merchant/statements/1/transfers/")
    page.locator("tbody a").last.click()
    page.fill("#id_amount", "1")
    page.fill("#id_reason", "多刷")
    page.click(".oc-form button[type=submit]")
    expect(page.get_by_text("已申请，由中心决定。")).to_be_visible()
    assert CorrectionRequest.objects.filter(asked_by="hu").count() == 2
    page.get_by_role("button", name="退出").click()
    page.wait_for_url("**/login/")
