"""The browser's point of sale against a real gateway: online, cut off, reloaded, killed, revoked; the books are its journal's."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import BrowserContext, BrowserType, Route, expect

from onecard.cards.actions.report_loss import report_loss
from onecard.cards.models import Card
from onecard.cards.types import CardKind
from onecard.policies.actions.set_policy import set_policy
from onecard.terminals.actions.issue_enrolment_code import issue_enrolment_code
from tests.pos.conftest import OFFLINE, GatewayProcess, Open, Pos, after_the_centre, assert_books_are, numbers_of, publish
from tests.world import CARD_NO, World, balances

pytestmark = pytest.mark.slow
LIN, WANG, CHEN = CARD_NO["lin"], CARD_NO["wang"], CARD_NO["chen"]


def test_sells_online(open_pos: Open, own_world: World) -> None:
    publish(own_world)
    pos = open_pos().enrol()
    assert "¥12.50" in pos.sell("12.5", WANG, told="paid")
    assert "¥87.50" in pos.told("paid")
    assert "cancelled" in pos.sell("3", CARD_NO["gao"], told="declined")
    pos.page.click("#tab-dishes")
    pos.page.click("#dishes button >> nth=0")
    pos.page.click("#dishes button >> nth=2")
    pos.page.click("#dishes button >> nth=2")
    assert pos.page.inner_text("#total") == "¥17.00"  # 3.00 of the sale that was declined is still there
    pos.page.click("#lines button >> nth=1")
    pos.scan(CHEN)
    assert "¥16.00" in pos.told("paid")
    expect(pos.page.locator("#sales li")).to_have_count(3)
    assert "2 · ¥28.50" in pos.page.inner_text("#today")
    pos.sell("4", WANG, told="paid")
    assert_books_are(pos)
    assert numbers_of(pos) == [1, 2, 3, 4]
    assert balances(own_world)["wang"] == 10_000 - 1_250 - 400


def test_a_temporary_card_is_told_what_it_pays_on_top(open_pos: Open, own_world: World) -> None:
    Card.objects.filter(card_no=WANG).update(kind=CardKind.TEMPORARY)
    set_policy(own_world.cast.clerk, "cards.temporary_surcharge_bp", value=1_000, effective_from=None, reason="a test")
    pos = open_pos().enrol()
    assert "¥12.50" in pos.sell("12.5", WANG, told="paid")
    assert "and ¥1.25 surcharge · Balance ¥86.25" in pos.told("paid")
    assert "surcharge" not in pos.sell("4", CHEN, told="paid")
    assert_books_are(pos)


def test_a_pin_is_asked_for(open_pos: Open, own_world: World) -> None:
    Card.objects.filter(card_no=WANG).update(pin_hash=make_password("482913"))
    pos = open_pos().enrol()
    pos.key("26")
    pos.scan(WANG)
    expect(pos.page.locator("#pin")).to_be_visible()
    pos.page.keyboard.type("111111")
    expect(pos.page.locator("#pin-about")).to_contain_text("not the PIN")
    for digit in "482913":
        pos.page.click(f'[data-pin="{digit}"]')
    assert "Balance ¥74.00" in pos.told("paid")
    pos.key("26")
    pos.scan(WANG)
    pos.page.click('[data-pin="cancel"]')
    assert "A PIN is needed" in pos.told("declined")
    assert_books_are(pos)
    assert "482913" not in str(pos.journal())


def test_sells_without_the_line_and_sends_later(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    publish(own_world, heartbeat_s=60)
    pos = open_pos().enrol()
    pos.has_copy()
    pos.sell("5", WANG, told="paid")
    gateway.stop()
    assert "without the line" in pos.sell("20", WANG, told="sold")
    assert "reported lost" not in pos.sell("1", CARD_NO["lost"], told="refused")
    assert "for one sale" in pos.sell("20.01", CHEN, told="refused")
    assert "This card" in pos.sell("5.01", WANG, told="refused")
    pos.page.reload()
    pos.is_offline()
    assert "This card" in pos.sell("5.01", WANG, told="refused")
    pos.sell("15", CHEN, told="sold")
    assert "The till" in pos.sell("5.01", LIN, told="refused")
    expect(pos.page.locator("#unsent")).to_contain_text("3")  # two sales, and the reversal of what was asked first
    gateway.start()
    pos.all_sent()
    assert_books_are(pos)
    assert [row["standing"] for row in pos.journal()] == ["PAID", "REVERSED", "COLLECTED", "COLLECTED"]
    assert numbers_of(pos) == [1, 2, 3, 4]
    assert balances(own_world)["wang"] == 10_000 - 2_500
    assert balances(own_world)["chen"] == 10_000 - 1_500


def test_the_network_cut_in_the_browser(open_pos: Open, own_world: World) -> None:
    publish(own_world)
    pos = open_pos().enrol()
    pos.page.context.set_offline(True)
    pos.sell("2.5", CHEN, told="sold")
    pos.page.context.set_offline(False)
    pos.all_sent()
    pos.sell("2.5", CHEN, told="paid")
    assert_books_are(pos)


def test_a_later_loss_report_counts_without_the_line(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    publish(own_world)
    pos = open_pos().enrol()
    report_loss(own_world.cast.clerk, CHEN)
    with pos.page.expect_response(lambda response: "/v1/blacklist?since=" in response.url):
        pass  # with the next heartbeat
    gateway.stop()
    pos.sell("1", WANG, told="sold")
    assert "lost, frozen or cancelled" in pos.sell("1", CHEN, told="refused")
    gateway.start()
    pos.all_sent()
    assert_books_are(pos)


def test_only_cards_with_an_allowance_buy_without_the_line(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    publish(
        own_world, offline={**OFFLINE, "single_limit_fen": 0, "card_limit_fen": 0, "total_limit_fen": 0, "needs_allowance": True}
    )
    pos = open_pos().enrol()
    gateway.stop()
    assert "too little" in pos.sell("1", CARD_NO["expired"], told="refused")
    assert "too little" in pos.sell("50.01", WANG, told="refused")
    pos.sell("30", WANG, told="sold")
    pos.page.reload()
    pos.is_offline()
    assert "too little" in pos.sell("20.01", WANG, told="refused")
    pos.sell("20", WANG, told="sold")
    gateway.start()
    pos.all_sent()
    assert_books_are(pos)
    assert pos.kept("allowances")
    with pos.page.expect_response("**/v1/parameters/applied"):
        publish(own_world)
    with pos.page.expect_response("**/v1/heartbeat"):
        pass  # the next one: the one before is over
    assert not pos.kept("allowances"), "it is not needed any more"


@pytest.mark.parametrize("answers_lost", [1, 2])
def test_lost_answers_never_take_money_twice(open_pos: Open, own_world: World, *, answers_lost: int) -> None:
    """One lost: asked again and told the first answer. Both lost: given up, sold offline, and the original reversed."""
    publish(own_world)
    pos = open_pos(service_workers="block").enrol()
    lost: list[str | None] = []

    def loses(route: Route) -> bool:
        lost.append(route.request.post_data)
        return len(lost) <= answers_lost

    pos.page.route("**/v1/purchases", after_the_centre(loses))
    pos.sell("7", WANG, told="paid" if answers_lost == 1 else "sold")
    assert len(lost) == 2
    assert lost[0] == lost[1]
    pos.all_sent()
    assert_books_are(pos)
    assert balances(own_world)["wang"] == 9_300
    standings = [row["standing"] for row in pos.journal()]
    assert standings == (["PAID"] if answers_lost == 1 else ["REVERSED", "COLLECTED"])


def test_collected_again_byte_for_byte_when_the_answer_is_lost(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    publish(own_world)
    pos = open_pos(service_workers="block").enrol()
    gateway.stop()
    pos.sell("7", WANG, told="sold")
    sent: list[str | None] = []

    def loses(route: Route) -> bool:
        sent.append(route.request.post_data)
        return len(sent) == 1

    pos.page.route("**/v1/collections", after_the_centre(loses))
    gateway.start()
    pos.all_sent()
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert_books_are(pos)
    assert balances(own_world)["wang"] == 9_300


def test_only_one_window_sells(open_pos: Open, gateway: GatewayProcess) -> None:
    pos = open_pos().enrol()
    other = Pos(pos.page.context.new_page(), pos.world).open(gateway.address)
    expect(other.page.locator("#notice-title")).to_contain_text("another window")
    expect(other.page.locator("#till")).to_be_hidden()
    other.scan(WANG)
    pos.sell("1", WANG, told="paid")
    pos.page.close()
    other.is_online()
    other.sell("1", CHEN, told="paid")
    assert numbers_of(other) == [1, 2]
    assert_books_are(other)


def test_a_card_read_twice_pays_once(open_pos: Open) -> None:
    pos = open_pos().enrol()
    pos.page.check("#fixed")
    pos.sell("3", WANG, told="paid")
    pos.scan(WANG)
    assert "has just paid" in pos.told("hint")
    pos.scan(CHEN)
    assert "¥3.00" in pos.told("paid")
    assert_books_are(pos)


def test_the_terminals_page_links_to_it(open_pos: Open, own_world: World, gateway: GatewayProcess) -> None:
    pos = open_pos()
    pos.open(gateway.address, path="/pos/#shop/AAAAA-AAAAA")
    pos.page.click("#enrol-form button.main")
    expect(pos.page.locator("#enrol-problem")).to_contain_text("wrong, used or expired")
    code = issue_enrolment_code(own_world.cast.clerk, "shop").code
    pos.open(gateway.address, path=f"/pos/#shop/{code}")
    expect(pos.page.locator("#enrol-code")).to_have_value(code)
    pos.page.click("#enrol-form button.main")
    pos.is_online()
    assert pos.page.evaluate("location.hash") == ""
    assert "Campus shop" in pos.page.inner_text("#place")


def test_it_speaks_both_languages(open_pos: Open) -> None:
    pos = open_pos(locale="zh-CN").enrol()
    assert "支付成功" in pos.sell("1", WANG, told="paid")
    pos.page.click("#language")
    assert "Paid" in pos.told("paid")
    pos.page.reload()
    pos.is_online()
    assert "Last sales" in pos.page.inner_text("#till")


def test_bad_input_is_answered(open_pos: Open) -> None:
    pos = open_pos().enrol()
    pos.scan(WANG)
    assert "amount first" in pos.told("hint")
    pos.key("1.234")
    assert pos.page.inner_text("#total") == "¥1.23"
    pos.page.fill("#card", "9999999999999999999")
    pos.page.press("#card", "Enter")
    assert "no card number" in pos.told("hint")
    pos.page.fill("#card", "9223372036854775807")
    pos.page.click("#charge")
    assert "doesn't know this card" in pos.told("declined")
    [row] = pos.journal()
    assert '"card_no":9223372036854775807,' in row["sent"]


def test_what_the_centre_lacks_is_sent_as_what_it_was(open_pos: Open, own_world: World) -> None:
    """As after the centre came back from an older copy: it acknowledged a sale and a reversal that it has no trace of."""
    publish(own_world)
    pos = open_pos(service_workers="block").enrol()
    forgotten = {"batch_no": 1, "seq": 1, "outcome": "BOOKED"}
    pos.page.route("**/v1/purchases", lambda route: route.abort())
    for path in ("reversals", "collections"):
        pos.page.route(f"**/v1/{path}", lambda route: route.fulfill(json={"results": [forgotten], "missing": []}))
    pos.sell("1", WANG, told="sold")
    pos.all_sent()
    assert balances(own_world)["wang"] == 10_000
    for path in ("purchases", "reversals"):
        pos.page.unroute(f"**/v1/{path}")
    pos.sell("2", CHEN, told="paid")
    pos.page.unroute("**/v1/collections")
    with pos.page.expect_response("**/v1/collections"), pos.page.expect_response("**/v1/reversals"):
        pass  # with a heartbeat
    assert_books_are(pos)
    assert balances(own_world)["wang"] == 9_900


@pytest.fixture
def launch(
    gateway: GatewayProcess, own_world: World, tmp_path: Path, browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Callable[[], Pos]]:
    """Start a browser on one profile; what is still open is closed at the end."""
    contexts: list[BrowserContext] = []

    def start() -> Pos:
        context = browser_type.launch_persistent_context(tmp_path / "profile", locale="en-US", **browser_type_launch_args)
        contexts.append(context)
        return Pos(context.new_page(), own_world).open(gateway.address)

    yield start
    contexts[-1].close()


def kill_browser(profile: Path) -> None:
    """Kill -9 the browser that runs on this profile."""
    for entry in Path("/proc").glob("[0-9]*"):
        words = (entry / "cmdline").read_bytes().split(b"\0") if (entry / "cmdline").exists() else []
        if f"--user-data-dir={profile}".encode() in words and not any(word.startswith(b"--type=") for word in words):
            os.kill(int(entry.name), signal.SIGKILL)
            return
    raise AssertionError(f"no browser runs on {profile}")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for the browser in /proc")
def test_the_journal_survives_a_killed_browser(
    launch: Callable[[], Pos], own_world: World, gateway: GatewayProcess, tmp_path: Path
) -> None:
    """Killed with sales unsent, and in the middle of asking: nothing is lost, and what nobody was told takes no money."""
    publish(own_world, heartbeat_s=60)
    pos = launch().enrol()
    pos.has_copy()
    pos.sell("1", WANG, told="paid")
    gateway.stop()
    pos.sell("2", WANG, told="sold")
    kill_browser(tmp_path / "profile")
    pos = launch()
    pos.is_offline()
    pos.sell("4", CHEN, told="sold")
    gateway.start()
    pos.all_sent()
    assert_books_are(pos)
    arrived: list[int] = []
    pos.page.route("**/v1/purchases", lambda route: arrived.append(route.fetch().status))  # its answer never comes
    pos.key("8")
    pos.scan(LIN)
    while not arrived:
        pos.told("working")
    assert pos.journal()[-1]["standing"] == "ASKED"
    kill_browser(tmp_path / "profile")
    pos = launch()
    pos.all_sent()
    assert pos.journal()[-1]["standing"] == "REVERSED"
    assert_books_are(pos)
    assert numbers_of(pos) == [1, 2, 3, 4, 5]
    told = balances(own_world)
    assert {name: told[name] for name in ("lin", "wang", "chen")} == {"lin": 10_000, "wang": 9_700, "chen": 9_600}
