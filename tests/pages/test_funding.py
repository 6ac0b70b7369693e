"""Money in, in a browser: a bank's file from the upload to the settled difference, subsidies from the list to the card."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.funding.actions.book_bank_transfers import book_bank_transfers
from onecard.funding.layouts import BANK, FIXED
from onecard.funding.models import BankFile, BankLine, SubsidyBatch, SubsidyGrant
from onecard.funding.tests.banks import bank_file, said
from onecard.funding.types import FundingLine
from onecard.ledger import queries as ledger
from onecard.people.models import Person
from onecard.web.tests.campus import NEXT, PASSWORD
from tests.pages.conftest import LogIn
from tests.world import CARD_NO, NOON

LISTS = ("/funding/bankfile/", "/funding/bankline/", "/funding/subsidybatch/", "/funding/subsidygrant/")
FORMS = (
    "/funding/bankfile/add/",
    "/funding/bankfile/clearing/",
    "/funding/subsidybatch/add/",
    "/funding/subsidybatch/group/",
    "/funding/subsidybatch/collecting/",
)


@pytest.fixture(scope="module")
def office(address: str) -> str:
    """The site with a boss, and a transfer that the bank told us of at once, 5.00 too little."""
    personnel = Actor.system("personnel")
    create_operator(personnel, "boss", full_name="Boss", password=PASSWORD, must_change_password=False)
    assign_posts(personnel, "boss", posts=[Post.DIRECTOR])
    wang = Person.objects.get(person_no=f"2026{CARD_NO['wang']}")
    book_bank_transfers(Actor.system("bank"), [FundingLine(770_001, wang.pk, 2_500, NOON + timedelta(days=1))], source=BANK)
    return address


def approve_newest(page: Page) -> None:
    """Approve what was proposed last, and leave: the focus is with one page alone."""
    page.goto("/access/proposal/")
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_text("Approved.").first).to_be_visible()
    page.context.close()


def hand_in(page: Page, file: Path) -> None:
    page.goto("/funding/bankfile/add/")
    page.select_option("select[name=layout]", "fixed")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Hand in a bank file").click()


def balance(who: str) -> int:
    return ledger.balance_of(Person.objects.get(person_no=f"2026{CARD_NO[who]}").cash_account_id)


def test_a_bank_file_from_the_upload_to_the_settled_difference(office: str, log_in: LogIn, tmp_path: Path) -> None:
    lines = [said(770_001, "wang", 3_000), said(770_002, "chen", 700), said(770_003, "2026999", 900)]
    content = bank_file(lines, layout=FIXED, day=NEXT).content
    whole, torn = tmp_path / "20260902.txt", tmp_path / "torn.txt"
    whole.write_bytes(content)
    torn.write_bytes(content[: content.rindex(b"770003") + 3])
    page, wang, chen = log_in("settlement"), balance("wang"), balance("chen")
    hand_in(page, torn)
    expect(page.get_by_text("Line 4: The line cannot be read")).to_be_visible()
    expect(page.get_by_text("Nothing was booked.")).to_be_visible()
    hand_in(page, whole)
    expect(page.get_by_text("Amount differs").first).to_be_visible()
    page.get_by_role("link", name="Book", exact=True).click()
    page.get_by_role("button", name="Book", exact=True).click()
    expect(page.get_by_text("Done: Book.")).to_be_visible()
    expect(page.get_by_text("YH-2026-000001")).to_be_visible()
    assert (balance("wang") - wang, balance("chen") - chen) == (0, 700)
    page.locator("tr", has_text="Amount differs").get_by_role("link").click()
    page.locator("#result_list tbody a").first.click()
    page.get_by_role("link", name="Settle a difference with the bank").click()
    expect(page.locator("#id_amount_fen")).to_have_value("30.00")
    page.fill("#id_reason", "the bank took 30.00")
    page.get_by_role("button", name="Settle a difference with the bank").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    approve_newest(log_in("boss"))
    assert balance("wang") - wang == 500
    page.goto(f"/funding/bankline/?file__id__exact={BankFile.objects.latest('pk').pk}")
    expect(page.get_by_text("Booked as a correction")).to_be_visible()
    page.goto("/funding/bankfile/clearing/")
    expect(page.get_by_text("The balance is explained to the fen.")).to_be_visible()
    hand_in(page, whole)
    expect(page.get_by_text("This file is here already.")).to_be_visible()


def test_subsidies_from_the_list_to_the_card(office: str, log_in: LogIn, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"学工号,金额\n2026{CARD_NO['lin']},88.00\n2026{CARD_NO['chen']},12.00\n4711,5\n", encoding="gbk")
    page = log_in("settlement")
    page.goto("/funding/subsidybatch/add/")
    page.fill("#id_title", "Winter")
    page.select_option("select[name=form]", "collected")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Import subsidies").click()
    expect(page.get_by_text("Left out")).to_be_visible()
    page.get_by_role("link", name="Propose to grant").click()
    page.fill("#id_reason", "as the dean decided")
    page.get_by_role("button", name="Propose to grant").click()
    expect(page.get_by_text("Proposed; it waits for approval.")).to_be_visible()
    approve_newest(log_in("boss"))
    batch = SubsidyBatch.objects.get(title="Winter")
    assert (batch.state, batch.people, batch.total_fen) == ("granted", 2, 10_000)
    page.context.close()
    desk = log_in("clerk")
    desk.goto("/funding/subsidybatch/collecting/")
    expect(desk.locator("#number")).to_be_focused()
    desk.keyboard.type(str(CARD_NO["lin"]))
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("88.00").first).to_be_visible()
    expect(desk.locator("#collect")).to_be_focused()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("has collected ¥88.00.")).to_be_visible()
    desk.locator("#number").fill(str(CARD_NO["frozen"]))
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("The card cannot be used")).to_be_visible()
    assert SubsidyGrant.objects.get(batch=batch, person_no=f"2026{CARD_NO['lin']}").state == "granted"
    page = log_in("settlement")
    page.goto(f"/funding/subsidybatch/{batch.pk}/change/")
    expect(page.get_by_text("1 of 2 people have collected.")).to_be_visible()
    expect(page.get_by_text("BZ-2026-000001")).to_be_visible()


@pytest.mark.parametrize("size", [(1440, 860), (390, 844)])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_pages_fit_and_have_no_problem(office: str, log_in: LogIn, size: tuple[int, int], locale: str) -> None:
    viewport = {"width": size[0], "height": size[1]}
    page, problems = log_in("settlement", locale=locale, viewport=viewport), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    file, line = BankFile.objects.latest("pk"), BankLine.objects.latest("pk")
    batch = SubsidyBatch.objects.latest("pk")
    details = (
        f"/funding/bankfile/{file.pk}/change/",
        f"/funding/bankline/{line.pk}/change/",
        f"/funding/subsidybatch/{batch.pk}/change/",
        f"/funding/subsidybatch/{batch.pk}/take-back-subsidies/",
    )
    for path in (*LISTS, *FORMS, *details):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    assert problems == []
