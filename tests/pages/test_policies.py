"""A settlement clerk looks at what another PIN limit would have done, proposes it, and finds the check of all policies."""

from __future__ import annotations

from playwright.sync_api import expect

from onecard.access.models import Proposal
from tests.pages.conftest import LogIn


def test_a_clerk_looks_at_the_effect_and_proposes(log_in: LogIn) -> None:
    page = log_in("settlement")
    page.locator("summary", has_text="Policies").press("Enter")
    page.locator("a[href='/policies/adoptedpolicy/']").first.click()
    page.get_by_role("link", name="Amount of a purchase above which the PIN is asked").click()
    page.get_by_role("link", name="Propose a value").click()
    expect(page.locator("#id_value")).to_have_value("25.00")
    page.fill("#id_value", "12")
    page.get_by_role("button", name="Show the effect first").click()
    expect(page.locator(".oc-weight")).to_contain_text("with ¥12.00")
    expect(page.locator("#id_value")).to_have_value("12")
    page.fill("#id_reason", "many lost cards")
    page.get_by_role("button", name="Propose a value").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    assert Proposal.objects.get(action="policies.set_policy").payload["value"] == 1_200


def test_the_check_is_a_click_away(log_in: LogIn) -> None:
    page = log_in("admin")
    page.get_by_role("link", name="Check of the policies").click()
    expect(page.get_by_role("heading", name="Faults")).to_be_visible()
    expect(page.get_by_text("None.").first).to_be_visible()
