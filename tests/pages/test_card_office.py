"""The card office in a browser: a freshmen's desk with nothing but a scanner, loss and replacement, leavers to the refund."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.cards.models import Card, HandOut
from onecard.cards.types import CardStage
from onecard.kernel import clock
from onecard.leavers.models import Leaver, LeaverBatch
from onecard.leavers.types import LeaverState
from onecard.web.tests.campus import PASSWORD
from tests.pages.conftest import LogIn
from tests.world import CARD_NO, card

PAGES = ("/cards/card/", "/cards/stockpile/book/", "/cards/stockslip/", "/cards/cardjob/", "/cards/handout/", "/cards/testcard/")


def scan(page: Page, number: object) -> None:
    """What a scanner does: the number and Enter, into the field that has the focus."""
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


def test_a_freshmens_desk_is_worked_with_scanner_and_enter(log_in: LogIn) -> None:
    batch = HandOut.objects.get()
    waiting = Card.objects.get(hand_out__hand_out=batch, hand_out__desk="A", hand_out__handed_out_at=None)
    page = log_in("clerk")
    page.goto(f"/cards/handout/{batch.pk}/desk/?desk=A")
    expect(page.locator("#left-over")).to_have_text("1")
    scan(page, 12345)
    expect(page.locator("#said")).to_contain_text("There is no card and no person with this number.")
    scan(page, waiting.person.person_no)
    expect(page.locator(".oc-shown")).to_contain_text(waiting.person.full_name)
    expect(page.locator("#desk-form button")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("Handed out and active.")
    expect(page.locator("#left-over")).to_have_text("0")
    assert Card.objects.get(pk=waiting.pk).stage is CardStage.ACTIVE
    scan(page, waiting.card_no)
    expect(page.locator("#said")).to_contain_text("handed out here already")
    page.goto(f"/cards/handout/{batch.pk}/desk/?desk=B")
    scan(page, waiting.card_no)
    expect(page.locator("#said")).to_contain_text("handed out at another desk already")


def test_a_batch_is_closed_with_a_list_of_who_never_came(log_in: LogIn) -> None:
    batch = HandOut.objects.get()
    waiting = list(Card.objects.filter(hand_out__hand_out=batch, hand_out__handed_out_at=None))
    page = log_in("clerk")
    page.goto(f"/cards/handout/{batch.pk}/change/")
    page.get_by_role("link", name="Close the batch").click()
    expect(page.locator(".oc-shown tfoot")).to_contain_text("Total")
    page.fill("#id_note", "the term is over")
    page.fill("#id_reason", "nobody comes any more")
    page.get_by_role("button", name="Close the batch").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    second = log_in("settlement")
    second.goto("/access/proposal/")
    second.locator("#result_list tbody tr", has_text="Close a batch to hand out").locator("a").first.click()
    second.get_by_role("link", name="Approve").click()
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved.").first).to_be_visible()
    page.goto(f"/cards/handout/{batch.pk}/change/")
    page.get_by_role("link", name="WD-").click()
    expect(page.get_by_text("List of who never came for the card").first).to_be_visible()
    expect(page.get_by_text("never came", exact=True).first).to_be_visible()
    assert {Card.objects.get(pk=one.pk).stage for one in waiting} == {CardStage.SCRAPPED}


def test_loss_and_replacement(log_in: LogIn) -> None:
    page = log_in("clerk")
    page.goto(f"/cards/card/{card('lost').pk}/change/")
    expect(page.get_by_text("Found again: withdraw the report.")).to_be_visible()
    expect(page.get_by_text("The card is reported lost: withdraw the report first.").first).to_be_visible()
    page.get_by_role("link", name="Replace", exact=True).click()
    page.fill("#id_new_card_no", "70070")
    page.select_option("#id_fee", "purse")
    page.get_by_role("button", name="Replace", exact=True).click()
    expect(page.get_by_text("Done: Replace.")).to_be_visible()
    expect(page.get_by_text("The card has ended; the money is on the person's accounts.")).to_be_visible()
    assert Card.objects.get(card_no=70_070).stage is CardStage.ACTIVE


def test_leavers_from_the_list_to_the_refund(log_in: LogIn) -> None:
    personnel = Actor.system("personnel")
    create_operator(personnel, "boss", full_name="Boss", password=PASSWORD, must_change_password=False)
    assign_posts(personnel, "boss", posts=[Post.DIRECTOR])
    page = log_in("settlement")
    page.goto("/leavers/leaverbatch/add/")
    page.fill("#id_title", "Summer")
    page.fill("#id_person_nos", f"2026{CARD_NO['issued']}")
    page.get_by_role("button", name="List leavers").click()
    batch = LeaverBatch.objects.get(title="Summer")
    page.goto(f"/leavers/leaverbatch/{batch.pk}/change/")
    for link, answer in (("Freeze their cards", "Done: Freeze"), ("Cancel their cards", "The waiting time is not over")):
        page.get_by_role("link", name=link).click()
        page.get_by_role("button", name=link).click()
        expect(page.get_by_text(answer)).to_be_visible()
    LeaverBatch.objects.filter(pk=batch.pk).update(frozen_at=clock.now() - timedelta(days=4))
    page.get_by_role("button", name="Cancel their cards").click()
    expect(page.get_by_text("Done: Cancel their cards.")).to_be_visible()
    expect(page.get_by_text("In no payment file: 1, together 100.00.")).to_be_visible()
    lines = f"学工号,开户行,银行账号\n2026{CARD_NO['issued']},ICBC,6222 0210 0111 2233\nX77,ICBC,6222000011112222\n"
    page.goto("/people/person/accounts/")
    page.set_input_files("#id_file", {"name": "accounts.csv", "mimeType": "text/csv", "buffer": lines.encode("gbk")})
    page.get_by_role("button", name="Bank accounts by a file").click()
    expect(page.locator("#counts")).to_contain_text("Entered")
    expect(page.locator("#left-out")).to_contain_text("Nobody has this number: left out")
    page.goto(f"/leavers/leaverbatch/{batch.pk}/change/")
    page.get_by_role("link", name="Pay leavers' refunds").click()
    expect(page.locator(".oc-shown")).to_contain_text("Into bank accounts")
    expect(page.locator(".oc-shown")).to_contain_text("100.00")
    page.fill("#id_reason", "term is over")
    page.get_by_role("button", name="Pay leavers' refunds").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    boss = log_in("boss")
    boss.goto("/access/proposal/")
    boss.locator("#result_list tbody a").first.click()
    boss.get_by_role("link", name="Approve").click()
    boss.get_by_role("button", name="Approve").click()
    expect(boss.get_by_text("Approved.").first).to_be_visible()
    assert Leaver.objects.get(batch=batch).state == LeaverState.PAID
    page.goto(f"/leavers/refundfile/{batch.files.get().pk}/change/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Take as CSV").click()
    assert "6222021001112233,100.00" in download.value.path().read_text(encoding="utf-8-sig")


def test_leavers_by_a_delivered_list(log_in: LogIn) -> None:
    lines = f"学号,姓名\n2026{CARD_NO['wang']},\n2026{CARD_NO['lost']},Somebody else\nX77,\n"
    page = log_in("settlement")
    page.goto("/leavers/leaverbatch/file/")
    page.fill("#id_title", "Graduates")
    page.set_input_files("#id_file", {"name": "leavers.csv", "mimeType": "text/csv", "buffer": lines.encode("gbk")})
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("#report")).to_contain_text("We know this number under another name: left out")
    expect(page.locator("#report tfoot")).to_contain_text("1")
    page.get_by_role("button", name="List leavers by a file").click()
    expect(page.locator("#report")).to_contain_text("Nobody has this number: left out")
    page.fill("#id_reason", "graduation")
    page.get_by_role("button", name="List leavers by a file").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    second = log_in("clerk")
    second.goto("/access/proposal/")
    second.locator("#result_list tbody tr", has_text="List leavers by a file").locator("a").first.click()
    second.get_by_role("link", name="Approve").click()
    expect(second.get_by_text("X77")).to_be_visible()
    second.get_by_role("button", name="Approve").click()
    expect(second.get_by_text("Approved.").first).to_be_visible()
    assert [one.person.person_no for one in Leaver.objects.filter(batch__title="Graduates")] == [f"2026{CARD_NO['wang']}"]


@pytest.mark.parametrize("size", [(1440, 860), (390, 844)])
def test_pages_fit_and_have_no_problem(log_in: LogIn, size: tuple[int, int]) -> None:
    page, problems = log_in("clerk", viewport={"width": size[0], "height": size[1]}), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    batch = HandOut.objects.get()
    for path in (*PAGES, f"/cards/handout/{batch.pk}/desk/?desk=A", f"/cards/handout/{batch.pk}/change/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    assert problems == []
