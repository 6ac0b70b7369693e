"""A clerk's day at the counter in a browser, by scanner and keyboard; and everything that a connection can do in between."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Request, Route, expect

from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.types import Actor, Post
from onecard.cards.models import Card
from onecard.cards.types import CardStage
from onecard.counter.actions.allow_outside_windows import allow_outside_windows
from onecard.counter.actions.fill_till import fill_till
from onecard.counter.actions.register_till import register_till
from onecard.counter.models import Handover, Shift, Slip
from onecard.counter.papers import HANDOVER_SLIP
from onecard.counter.types import HandoverState, ShiftState, SlipKind
from onecard.papers.queries import paper_of
from onecard.web.tests.campus import PASSWORD
from tests.pages.conftest import LogIn
from tests.world import CARD_NO, card

BOOKING = re.compile(r"/counter/(deposit|withdrawal|charge)/")
PAGES = ("/counter/", f"/counter/?q={CARD_NO['lin']}", "/counter/shift/", "/counter/handover/", "/counter/slip/", "/workdays/")


@pytest.fixture(scope="module")
def office(address: str) -> str:
    """The site with a second till and a clerk for it, somebody of finance, and a first till that takes deposits at any hour."""
    personnel = Actor.system("personnel")
    for name, post in (("wu", Post.CARD_CLERK), ("zheng", Post.FINANCE)):
        create_operator(personnel, name, full_name=name.title(), password=PASSWORD, must_change_password=False)
        assign_posts(personnel, name, posts=[post])
    register_till(personnel, "W2", name="Window 2")
    fill_till(personnel, "W2", amount_fen=10_000, number=2)
    excuse(Shift.objects.get(state=ShiftState.OPEN))
    return address


def excuse(shift: Shift) -> None:
    """Whatever the time of day is, the shift takes deposits."""
    allow_outside_windows(Actor.system("director"), shift.pk, minutes=720, excuse="a test at any hour")


def scan(page: Page, number: object) -> None:
    """What a scanner does: the number and Enter, into the field that has the focus."""
    expect(page.locator("#counter-q")).to_be_focused()
    page.keyboard.type(str(number))
    page.keyboard.press("Enter")


def open_person(page: Page, who: str = "lin") -> None:
    """The counter's page with this person."""
    page.goto("/counter/")
    scan(page, CARD_NO[who])
    expect(page.locator("#deposit-amount")).to_be_focused()


def number_of_slips() -> int:
    return Slip.objects.count()


def open_own_shift(page: Page, code: str) -> Shift:
    """Open a shift at the till with its float of 100.00."""
    page.goto("/counter/till/")
    page.get_by_role("link", name=code).click()
    page.get_by_role("link", name="Open a shift").click()
    page.fill("#id_float_fen", "100")
    page.get_by_role("button", name="Open a shift").click()
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    return Shift.objects.get(till__code=code)


def pay_in_100_and_out_20(page: Page) -> None:
    """By keyboard alone; the receipt opens, and who is not identified gets nothing."""
    open_person(page, "wang")
    page.keyboard.type("100")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked.")).to_be_visible()
    expect(page.locator(".oc-slip .oc-figure")).to_have_text("¥100.00")
    with page.expect_popup() as opened:
        page.keyboard.press("F8")
    expect(opened.value.get_by_text("W2-1", exact=True)).to_be_visible()
    opened.value.close()
    page.keyboard.press("F2")
    scan(page, CARD_NO["wang"])
    for seen in (False, True):
        expect(page.locator("#deposit-amount")).to_be_focused()
        page.keyboard.press("F4")
        page.keyboard.type("20")
        if seen:
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Check who it is first.")).to_have_count(0 if seen else 1)
    expect(page.locator(".oc-slip h3")).to_contain_text("Withdrawal")


def count_180(page: Page, shift: Shift) -> None:
    """Count blind: the page does not say what should be there."""
    page.goto(f"/counter/shift/{shift.pk}/change/")
    page.get_by_role("link", name="Count the drawer").click()
    expect(page.get_by_text("180.00")).to_have_count(0)
    for pieces in ("#id_p10000", "#id_p5000", "#id_p2000", "#id_p1000"):
        page.fill(pieces, "1")
    page.get_by_role("button", name="Count the drawer").click()
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()


def close_and_hand_over(page: Page, shift: Shift) -> Handover:
    """The second person leaves 100.00 in the drawer and hands the rest over."""
    page.goto(f"/counter/shift/{shift.pk}/change/")
    page.get_by_role("link", name="Close the shift").click()
    page.fill("#id_kept_float_fen", "100")
    page.get_by_role("button", name="Close the shift").click()
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    page.goto("/counter/handover/add/")
    page.get_by_role("button", name="Hand cash over to finance").click()
    expect(page.get_by_text("Done.", exact=True)).to_be_visible()
    return Handover.objects.latest("pk")


def test_a_day_from_the_float_to_finances_signature(office: str, log_in: LogIn) -> None:
    page = log_in("wu")
    shift = open_own_shift(page, "W2")
    excuse(shift)
    pay_in_100_and_out_20(page)
    count_180(page, shift)
    handover = close_and_hand_over(log_in("clerk"), shift)
    assert handover.amount_fen == 8_000
    finance = log_in("zheng")
    finance.goto(f"/counter/handover/{handover.pk}/change/")
    finance.get_by_role("link", name="Sign for the cash").click()
    for counted, answer in (("79.99", "That is not the amount of the list."), ("80", "Done.")):
        finance.fill("#id_counted_fen", counted)
        finance.get_by_role("button", name="Sign for the cash").click()
        expect(finance.get_by_text(answer)).to_be_visible()
    handover.refresh_from_db()
    paper = paper_of(HANDOVER_SLIP, str(handover.pk))
    assert handover.state == HandoverState.RECEIVED
    assert paper is not None
    assert [one.signed_by for one in paper.signatures.all()] == ["zheng"]


def test_loss_and_replacement_from_the_counter(office: str, log_in: LogIn) -> None:
    page = log_in("clerk")
    open_person(page, "chen")
    page.get_by_role("link", name="Report loss").click()
    page.get_by_role("button", name="Report loss").click()
    expect(page.locator(".oc-card").first).to_contain_text("Lost")
    expect(page).to_have_url(re.compile(r"/counter/\?q="))
    assert card("chen").stage is CardStage.LOST
    page.get_by_role("link", name="Withdraw loss report").click()
    page.get_by_role("button", name="Withdraw loss report").click()
    expect(page.locator(".oc-card").first).to_contain_text("Active")

    page.goto(f"/counter/?q={CARD_NO['lost']}")
    page.get_by_role("link", name="Replace", exact=True).click()
    page.fill("#id_new_card_no", "70171")
    page.get_by_role("button", name="Replace", exact=True).click()
    due = page.locator("form", has_text="Card fee")
    expect(due).to_contain_text(f"Card {CARD_NO['lost']}")
    due.get_by_role("button", name="Take").click()
    expect(page.locator(".oc-slip h3")).to_contain_text("Card fee")
    assert Card.objects.get(card_no=70_171).stage is CardStage.ACTIVE
    assert Slip.objects.get(kind=SlipKind.CARD_FEE).card == card("lost")
    page.get_by_role("link", name="Same person again").click()
    expect(page.locator("form", has_text="Card fee")).to_have_count(0)


def test_the_back_key_and_a_form_sent_again_book_once(office: str, log_in: LogIn) -> None:
    page, before = log_in("clerk"), number_of_slips()
    open_person(page)
    page.keyboard.type("1.5")
    with page.expect_request(BOOKING) as sent:
        page.keyboard.press("Enter")
    expect(page.get_by_text("Booked.")).to_be_visible()
    page.go_back()
    expect(page.locator("#deposit-amount")).to_be_visible()
    page.go_forward()
    page.reload()
    assert number_of_slips() == before + 1
    send_again(page, sent.value)
    expect(page.get_by_text("It was booked already: this is its slip.")).to_be_visible()
    assert number_of_slips() == before + 1


def send_again(page: Page, request: Request) -> None:
    """The same form once more, as a browser does that is asked to resend."""
    fields = dict(pair.split("=", 1) for pair in (request.post_data or "").split("&"))
    page.evaluate(
        """([address, fields]) => {
            const form = Object.assign(document.createElement('form'), {method: 'post', action: address});
            for (const [name, value] of Object.entries(fields))
                form.append(Object.assign(document.createElement('input'), {name, value: decodeURIComponent(value)}));
            document.body.append(form);
            form.submit();
        }""",
        [request.url, fields],
    )


def test_a_lost_answer_is_looked_up(office: str, log_in: LogIn) -> None:
    page, before = log_in("clerk"), number_of_slips()

    def arrives_but_is_not_answered(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    open_person(page)
    page.route(BOOKING, arrives_but_is_not_answered)
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ERR_CONNECTION_RESET")).to_be_visible()
    page.unroute(BOOKING)
    page.context.clear_cookies(name="messages")  # what was lost came with its cookies, which fetching for the route kept
    page.go_back()
    expect(page.get_by_text("The answer was lost, but it was booked: this is its slip.")).to_be_visible()
    assert number_of_slips() == before + 1


def test_a_form_that_never_arrived_is_sent_again_under_its_own_key(office: str, log_in: LogIn) -> None:
    """Even if the first one was only slow, and comes in after all: one booking, and the clerk is told."""
    page, before, kept = log_in("clerk"), number_of_slips(), []

    def gets_stuck(route: Route) -> None:
        kept.append(route.request)
        route.abort("connectionreset")

    open_person(page)
    page.route(BOOKING, gets_stuck)
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("ERR_CONNECTION_RESET")).to_be_visible()
    page.unroute(BOOKING)
    page.go_back()
    expect(page.get_by_text("has booked nothing so far. Send it again: it books once.")).to_be_visible()
    assert number_of_slips() == before
    expect(page.locator("#deposit-amount")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked.")).to_be_visible()
    send_again(page, kept[0])
    expect(page.get_by_text("It was booked already: this is its slip.")).to_be_visible()
    assert number_of_slips() == before + 1


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
@pytest.mark.parametrize("size", [(1440, 860), (390, 844)])
def test_pages_fit_and_have_no_problem(office: str, log_in: LogIn, size: tuple[int, int], locale: str) -> None:
    page, problems = log_in("clerk", locale=locale, viewport={"width": size[0], "height": size[1]}), []
    page.on("pageerror", lambda problem: problems.append(str(problem)))
    for path in PAGES:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0], path
    assert problems == []
