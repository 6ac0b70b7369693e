"""久悬 in a browser: a refund that came back waits too long, is told of, booked with approval, and paid when it is claimed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.kernel import clock
from onecard.leavers.models import Leaver, UnclaimedBalance, UnclaimedList
from onecard.leavers.types import LeaverState, UnclaimedState
from onecard.ledger import queries as ledger
from onecard.ledger.types import Subject
from onecard.web.tests import campus
from tests.pages.conftest import LogIn

TITLE = "Nobody asked for a year"
GAO_FEN = 10_000


@pytest.fixture(scope="module")
def refunded(address: str) -> Leaver:
    """Gao, whose refund was paid; and somebody who approves."""
    campus.see_off()
    personnel = Actor.system("personnel")
    create_operator(personnel, "boss", full_name="Boss", password=campus.PASSWORD, must_change_password=False)
    assign_posts(personnel, "boss", posts=[Post.DIRECTOR])
    return Leaver.objects.get(state=LeaverState.PAID)


def unclaimed_fen() -> int:
    return ledger.balance_of(ledger.shared_account(Subject.UNCLAIMED))


def approve(page: Page, what: str) -> None:
    """Approve the newest proposal of this name."""
    page.goto("/access/proposal/")
    page.locator("#result_list tbody tr", has_text=what).first.locator("a").first.click()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()


def test_from_a_refund_that_came_back_to_a_claim_years_later(refunded: Leaver, log_in: LogIn) -> None:
    page, boss = log_in("settlement"), log_in("boss")
    page.goto(f"/leavers/leaver/{refunded.pk}/change/")
    page.get_by_role("link", name="Refund failed").click()
    page.fill("#id_reason", "account closed")
    page.get_by_role("button", name="Refund failed").click()
    expect(page.get_by_text("Done: Refund failed.")).to_be_visible()
    Leaver.objects.filter(pk=refunded.pk).update(changed_at=clock.now() - timedelta(days=400))

    page.goto("/leavers/unclaimedlist/add/")
    page.fill("#id_title", TITLE)
    page.get_by_role("button", name="List balances that nobody asked for").click()
    kept = UnclaimedList.objects.get(title=TITLE)
    page.goto(f"/leavers/unclaimedlist/{kept.pk}/change/")
    expect(page.get_by_role("link", name="JG-")).to_be_visible()
    page.get_by_role("link", name="Book unclaimed balances").click()
    expect(page.locator(".oc-shown")).to_have_text("100.00")
    page.fill("#id_reason", "nobody came")
    page.get_by_role("button", name="Book unclaimed balances").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    approve(boss, "Book unclaimed balances")
    expect(boss.get_by_text("the proposal goes on waiting: The notice still runs: people may come yet.")).to_be_visible()
    assert (unclaimed_fen(), UnclaimedList.objects.get(pk=kept.pk).booked_at) == (0, None)

    UnclaimedList.objects.filter(pk=kept.pk).update(noticed_at=clock.now() - timedelta(days=31))
    boss.get_by_role("button", name="Approve").click()
    expect(boss.get_by_text("Approved.").first).to_be_visible()
    page.goto(f"/leavers/unclaimedlist/{kept.pk}/change/")
    expect(page.get_by_role("link", name="JX-")).to_be_visible()
    assert unclaimed_fen() == GAO_FEN

    balance = UnclaimedBalance.objects.get(of_list=kept)
    page.goto(f"/leavers/unclaimedbalance/{balance.pk}/change/")
    page.get_by_role("link", name="Pay an unclaimed balance").click()
    page.fill("#id_account", "6222 0000 1111")
    page.fill("#id_reason", "came with the passport")
    page.get_by_role("button", name="Pay an unclaimed balance").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    approve(boss, "Pay an unclaimed balance")
    expect(boss.get_by_text("Approved.").first).to_be_visible()
    page.goto(f"/leavers/unclaimedbalance/{balance.pk}/change/")
    expect(page.get_by_text("Claimed and paid")).to_be_visible()
    expect(page.get_by_text("6222 0000 1111")).to_be_visible()
    assert (unclaimed_fen(), UnclaimedBalance.objects.get(pk=balance.pk).state) == (0, UnclaimedState.CLAIMED)


def test_the_pages_of_refunds_and_accounts_fit_a_phone(refunded: Leaver, log_in: LogIn) -> None:
    page = log_in("settlement", viewport={"width": 390, "height": 844})
    batch, file = refunded.batch_id, refunded.file_id
    for path in (f"leaverbatch/{batch}/change/", f"refundfile/{file}/change/", f"leaver/{refunded.pk}/change/"):
        page.goto(f"/leavers/{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto("/people/person/accounts/")
    page.set_input_files(
        "#id_file", {"name": "a.csv", "mimeType": "text/csv", "buffer": "学号,账号\nX77,6222000011112222\n".encode()}
    )
    page.get_by_role("button", name="Bank accounts by a file").click()
    expect(page.locator("#left-out")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
