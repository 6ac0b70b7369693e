"""Papers and the audit trail in a real browser: look, sign, print, verify, take lists away."""

from __future__ import annotations

from tests.pages.conftest import LogIn


def test_a_clerk_looks_at_a_paper_signs_it_and_prints_it(log_in: LogIn) -> None:
    page = log_in("settlement")
    page.goto("/papers/paper/")
    page.click("text=TS-2026-000001/2")
    assert page.locator(".oc-paper h2").inner_text() == "当日存款汇总表 TS-2026-000001/2"
    assert page.locator("script:has-text('alert(1)')").count() == 0
    page.click("text=Sign as checked")
    page.click(".oc-form button[type=submit]")
    assert "settlement" in page.locator(".oc-boxes").inner_text()
    assert page.locator("text=Sign as checked").count() == 0
    with page.expect_popup() as opened:
        page.click(".oc-deeds >> text=Print")
    printed = opened.value
    assert printed.locator("td.oc-right").first.inner_text() == "1"
    assert printed.locator(".oc-qr svg").count() == 1


def test_a_paper_reads_well_on_a_phone_in_chinese(log_in: LogIn) -> None:
    page = log_in("settlement", locale="zh-CN", viewport={"width": 390, "height": 844})
    page.goto("/papers/paper/?q=TS-2026")
    page.goto("/papers/paper/1/change/")
    assert "第 2 版" not in page.locator(".oc-paper").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_auditor_verifies_the_chain_and_takes_a_list(log_in: LogIn) -> None:
    page = log_in("auditor")
    page.goto("/audit/event/")
    page.click("text=Verify the chain")
    page.click("#verify button[type=submit]")
    page.wait_for_url("**/audit/event/")
    assert "Chain whole up to event" in page.locator(".oc-trail").inner_text()
    page.goto("/audit/event/?q=clerk")
    with page.expect_download() as taken:
        page.click("text=Excel")
    assert taken.value.suggested_filename.startswith("audit.event-")
    page.goto("/audit/event/?action=access.export_list")
    assert "Take a list as a file" in page.locator("#result_list").inner_text()
