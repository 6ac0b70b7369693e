"""A month in Chromium: finance gives its balance, the clerk explains a fen, finance signs, the clerk closes; boards are drawn."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect
from pytest_django.plugin import DjangoDbBlocker

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.closing.actions.close_day import close_day
from onecard.closing.types import CloseOutcome
from onecard.kernel import clock
from onecard.kernel.money import yuan
from onecard.months import queries
from onecard.months.models import MonthClose
from onecard.web.tests import campus
from tests.pages.conftest import LogIn

OCTOBER = date(2026, 10, 1)


@pytest.fixture(scope="module")
def books_fen(address: str, django_db_blocker: DjangoDbBlocker) -> int:
    """September is over, finance has a person; what the purses hold."""
    system = Actor.system("test")
    with django_db_blocker.unblock(), clock.at(campus.NOON_NEXT + timedelta(hours=8)):
        create_operator(system, "finance", full_name="Zhou Jing", password=campus.PASSWORD, must_change_password=False)
        assign_posts(system, "finance", posts=[Post.FINANCE])
        assert close_day(system, campus.NEXT, next_date=OCTOBER).outcome is CloseOutcome.DONE
        return queries.figures_of(queries.span_of(date(2026, 9, 1))).books_fen


def test_two_sides_close_a_month(log_in: LogIn, books_fen: int, django_db_blocker: DjangoDbBlocker) -> None:
    finance, clerk = log_in("finance"), log_in("settlement")
    finance.goto("/month/")
    finance.get_by_role("link", name="Give finance's balance").click()
    finance.fill("#id_payable_fen", yuan(books_fen - 1))
    finance.get_by_role("button", name="Give finance's balance").click()
    expect(finance.get_by_text("The balances differ")).to_be_visible()

    clerk.goto("/month/")
    expect(clerk.get_by_role("button", name="Close the month")).to_have_count(0)
    clerk.get_by_role("link", name="Propose a reconciliation").click()
    clerk.fill("#id_amount_0", "0.02")
    clerk.fill("#id_why_0", "a bank line of the 30th")
    clerk.fill("#id_reason", "as agreed with Zhou Jing")
    clerk.get_by_role("button", name="Propose a reconciliation").click()
    expect(clerk.get_by_text("The items do not add up to the difference.")).to_be_visible()
    clerk.fill("#id_amount_1", "-0.01")
    clerk.fill("#id_why_1", "booked twice by finance")
    clerk.get_by_role("button", name="Propose a reconciliation").click()
    expect(clerk.get_by_text("Proposed; it waits for approval.")).to_be_visible()

    finance.goto("/access/proposal/?inbox=waiting")
    finance.locator("#result_list tbody a").first.click()
    expect(finance.get_by_text("booked twice by finance")).to_be_visible()
    finance.get_by_role("link", name="Approve").click()
    finance.get_by_role("button", name="Approve").click()

    clerk.goto("/month/")
    clerk.get_by_role("button", name="Close the month").click()
    expect(clerk.get_by_text("2026-09 is closed: report YJ-2026-000001")).to_be_visible()
    with clerk.expect_download() as file:
        clerk.get_by_role("link", name="Vouchers CSV").click()
    assert file.value.suggested_filename == "vouchers-2026-09.csv"
    with django_db_blocker.unblock():
        closed = MonthClose.objects.get()
    assert (closed.books_fen, closed.difference_fen) == (books_fen, 1)


@pytest.mark.parametrize("board", ["centre", "settlement", "finance", "director"])
def test_a_board_shows_charts_and_the_tables_behind_them(log_in: LogIn, books_fen: int, board: str) -> None:
    page = log_in("finance", locale="zh-CN", viewport={"width": 390, "height": 844})
    page.goto(f"/boards/{board}/?since=2026-09-01&until=2026-10-01")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".oc-chart svg").count() >= 2
    assert page.locator(".oc-chart svg title").count() > 0
    behind = page.locator("details.oc-behind").first
    behind.locator("summary").click()
    expect(behind.locator("table")).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("link", name="Excel").click()
    assert file.value.suggested_filename.endswith(".xlsx")
