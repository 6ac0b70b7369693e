"""Journeys through the door in Chromium: first log-in with a second factor, lock-out, expired password, limits, sessions."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from onecard.access import totp
from onecard.access.actions.assign_posts import assign_posts
from onecard.access.actions.create_operator import create_operator
from onecard.access.actions.limit_operator import limit_operator
from onecard.access.factors import set_factor
from onecard.access.models import Operator
from onecard.access.types import Actor, Limits, Post
from onecard.audit.models import Event
from onecard.kernel import clock
from onecard.web.tests.campus import PASSWORD
from onecard.web.unfold import NAVIGATION
from tests.pages.conftest import fill_log_in

SYSTEM = Actor.system("personnel")
ONE_TIME, CHOSEN = "One-Time-Pass-77", "Battery-Staple-9"
DOORS = (
    "/",
    "/figures/",
    "/account/",
    "/account/factor/",
    "/account/recovery-codes/",
    "/password_change/",
    "/close-day/",
    "/cards/card/",
    "/ledger/transfer/",
    "/access/operator/",
    "/access/operator/add/",
    "/access/limit/",
    "/access/proposal/",
    "/audit/event/",
)
FIRST_PAGE = re.compile(r":\d+/$")
Open = Callable[[], Page]


@pytest.fixture(scope="module", autouse=True)
def second_factor_is_asked() -> Iterator[None]:
    """The server of this module asks privileged posts for their second factor, as in production."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ONECARD_SECOND_FACTOR", "privileged")
        yield


@pytest.fixture
def browser_at_door(address: str, new_context: Callable[..., BrowserContext]) -> Open:
    """A new browser at the log-in page."""

    def open_page() -> Page:
        page = new_context(base_url=address, locale="en-US").new_page()
        page.goto("/login/")
        return page

    return open_page


def appoint(name: str, post: Post, *, password: str = PASSWORD, is_one_time: bool = False) -> Operator:
    create_operator(SYSTEM, name, full_name=name.title(), password=password, must_change_password=is_one_time)
    assign_posts(SYSTEM, name, posts={post})
    return Operator.objects.get(username=name)


def log_in_with_code(page: Page, *, who: str, secret: bytes, password: str = PASSWORD) -> None:
    """Both steps; the code is the next one that was not used yet."""
    used = Operator.objects.get(username=who).factor.used_step
    fill_log_in(page, who=who, password=password)
    page.fill("#id_code", totp.code_of(secret, max(used + 1, totp.step_at(clock.now()))))
    page.keyboard.press("Enter")


def test_first_log_in_with_second_factor_by_keyboard(browser_at_door: Open) -> None:
    appoint("sun", Post.SECURITY_ADMINISTRATOR, password=ONE_TIME, is_one_time=True)
    page = browser_at_door()
    expect(page.get_by_label("Operator number")).to_be_focused()
    page.keyboard.type("sun")
    page.keyboard.press("Tab")
    page.keyboard.type(ONE_TIME)
    page.keyboard.press("Enter")
    expect(page.get_by_text("set by somebody else")).to_be_visible()
    page.get_by_label("Old password").fill(ONE_TIME)
    page.locator("#id_new").fill(CHOSEN)
    page.get_by_label("New password again").fill(CHOSEN)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Set it up first")).to_be_visible()
    secret = totp_secret(page)
    page.get_by_label("Code of the app").fill(totp.code_of(secret, totp.step_at(clock.now())))
    page.get_by_label("Password").fill(CHOSEN)
    page.keyboard.press("Enter")
    expect(page.locator(".oc-codes span")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="Welcome, Sun")).to_be_visible()
    again = browser_at_door()
    log_in_with_code(again, who="sun", secret=secret, password=CHOSEN)
    expect(again.get_by_role("heading", name="Welcome, Sun")).to_be_visible()


def totp_secret(page: Page) -> bytes:
    """What a person would type into the app."""
    return base64.b32decode(page.locator(".oc-secret").inner_text().replace(" ", ""))


def test_lock_out_and_unlock(browser_at_door: Open, address: str) -> None:
    clerk = appoint("clumsy", Post.CARD_CLERK)
    page = browser_at_door()
    for _ in range(5):
        fill_log_in(page, who="clumsy", password="wrong")
    expect(page.get_by_text("Too many wrong tries")).to_be_visible()
    fill_log_in(page, who="clumsy")
    expect(page.get_by_text("Too many wrong tries")).to_be_visible()
    guard, secret = appoint("guard", Post.SECURITY_ADMINISTRATOR), totp.new_secret()
    set_factor(guard, secret=secret, step=0)
    office = browser_at_door()
    log_in_with_code(office, who="guard", secret=secret)
    office.wait_for_url(address + "/")
    office.goto(f"/access/operator/{clerk.pk}/change/")
    office.get_by_role("link", name="Unlock").click()
    office.get_by_role("button", name="Unlock").click()
    expect(office.get_by_text("Done: Unlock.")).to_be_visible()
    fill_log_in(page, who="clumsy")
    page.wait_for_url(address + "/")
    assert Event.objects.filter(action="access.unlock_operator", actor_name="guard", subject="clumsy", outcome="DONE").exists()


def test_an_expired_password(browser_at_door: Open, address: str) -> None:
    appoint("late", Post.CARD_CLERK)
    Operator.objects.filter(username="late").update(password_changed_at=clock.now() - timedelta(days=91))
    page = browser_at_door()
    fill_log_in(page, who="late")
    expect(page.get_by_text("has served its time")).to_be_visible()
    page.get_by_label("Old password").fill(PASSWORD)
    page.locator("#id_new").fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("was used before")).to_be_visible()
    page.get_by_label("Old password").fill(PASSWORD)
    page.locator("#id_new").fill(CHOSEN)
    page.get_by_label("New password again").fill(CHOSEN)
    page.keyboard.press("Enter")
    page.wait_for_url(address + "/account/")
    expect(page.get_by_text("The password is changed.")).to_be_visible()


def test_limits(browser_at_door: Open, address: str) -> None:
    appoint("remote", Post.CARD_CLERK)
    page = browser_at_door()
    fill_log_in(page, who="remote")
    page.wait_for_url(address + "/")
    limit_operator(SYSTEM, "remote", limits=Limits(networks=(ip_network("10.0.0.0/8"),)))
    page.goto("/cards/card/")
    expect(page).to_have_url(f"{address}/login/?next=/cards/card/")
    expect(page.get_by_text("at this time or from this address")).to_be_visible()
    fill_log_in(page, who="remote")
    expect(page.get_by_text("not be logged in from this workstation")).to_be_visible()


def test_a_session_is_ended_elsewhere(browser_at_door: Open, address: str) -> None:
    appoint("twice", Post.CARD_CLERK)
    here, there = browser_at_door(), browser_at_door()
    for page in (here, there):
        fill_log_in(page, who="twice")
        page.wait_for_url(address + "/")
    here.goto("/account/")
    expect(here.get_by_role("button", name="End the session from 127.0.0.1")).to_have_count(1)
    here.get_by_role("button", name="End all others").click()
    expect(here.get_by_text("Ended.")).to_be_visible()
    there.goto("/cards/card/")
    expect(there.get_by_text("You ended this session from another one.")).to_be_visible()


@pytest.mark.parametrize("who", [None, "outsider", "nobody"])
def test_an_outsider_is_refused_at_every_door(browser_at_door: Open, address: str, who: str | None) -> None:
    page = browser_at_door()
    if who is not None:
        fill_log_in(page, who=who)
        expect(page.locator("#login-form")).to_be_visible()
    for door in DOORS:
        page.goto(door)
        expect(page).to_have_url(f"{address}/login/?next={door}")
    for link in (str(item["link"]) for _title, items in NAVIGATION for item in items):
        answer = page.request.get(link, max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (302, f"/login/?next={link}")


@pytest.fixture
def with_key(address: str, new_context: Callable[..., BrowserContext]) -> Page:
    """A browser at the site's name, with a security key put in that answers by itself."""
    page = new_context(base_url=address.replace("127.0.0.1", "localhost"), locale="en-US").new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": False, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def test_a_security_key_takes_the_place_of_the_code(with_key: Page) -> None:
    page, secret = with_key, totp.new_secret()
    set_factor(appoint("keyholder", Post.CARD_CLERK), secret=secret, step=0)
    page.goto("/login/")
    log_in_with_code(page, who="keyholder", secret=secret)
    page.wait_for_url(FIRST_PAGE)
    page.goto("/account/")
    page.get_by_role("link", name="Register a security key").click()
    page.fill("#id_title", "Blue one")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Register a security key").click()
    expect(page.get_by_text("The key is registered.")).to_be_visible()
    expect(page.get_by_text("Blue one")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/login/")
    fill_log_in(page, who="keyholder")
    page.get_by_role("button", name="Use the security key").click()
    page.wait_for_url(FIRST_PAGE)
    page.goto("/account/key/remove/")
    page.select_option("#id_key", label="Blue one")
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Remove a security key").click()
    expect(page.get_by_text("The key is removed.")).to_be_visible()
    events = Event.objects.filter(actor_name="keyholder", outcome="DONE").values_list("action", flat=True)
    assert {"access.add_security_key", "access.remove_security_key"} <= set(events)
